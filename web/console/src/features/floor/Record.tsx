// What supervisors did, newest first, as it is kept.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { AgentNow, OversightView, Page } from '@qingniao/shared/api';
import { api } from '../../api';
import { Link } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { LoadMore, Section, Table } from '../../ui';
import { floorMessages } from './messages';
import styles from './Floor.module.css';

const KEY = ['oversight'];

/** To be called after anything that leaves an entry. */
export function useKept(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: KEY });
}

export function Record({ agents }: { agents: AgentNow[] }) {
  const t = useT(floorMessages);
  const { formatDateTime } = useFormat();
  const record = useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) => api.get<Page<OversightView>>('/oversight', { limit: 20, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchOnMount: 'always',
  });
  const rows = record.data?.pages.flatMap((page) => page.items) ?? [];
  const told = (one: OversightView): string => {
    const name = one.user_id === null ? t('someone') : (agents.find((agent) => agent.user_id === one.user_id)?.name ?? one.user_id);
    const state = one.state === 'online' || one.state === 'busy' || one.state === 'offline' ? t(one.state) : '';
    return t(`did_${one.kind}`, { name, text: one.text, state });
  };
  return (
    <Section title={t('record')}>
      {rows.length === 0 && <p className={styles.small}>{t('noRecord')}</p>}
      {rows.length > 0 && (
        <Table
          label={t('record')}
          rows={rows}
          rowKey={(one) => one.id}
          columns={[
            { key: 'time', title: t('time'), wideOnly: true, render: (one) => formatDateTime(one.at) },
            { key: 'who', title: t('who'), render: (one) => one.actor_name },
            { key: 'what', title: t('what'), grow: true, render: told },
            {
              key: 'open',
              title: t('open'),
              titleHidden: true,
              align: 'end',
              render: (one) => one.conversation_id && <Link to={`/conversations/${one.conversation_id}`}>{t('open')}</Link>,
            },
          ]}
        />
      )}
      <LoadMore hasMore={record.hasNextPage} busy={record.isFetchingNextPage} onClick={() => void record.fetchNextPage()} />
    </Section>
  );
}
