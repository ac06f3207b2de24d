import { useInfiniteQuery } from '@tanstack/react-query';
import type { EpisodeView, ReportGroup } from '@qingniao/shared/api';
import { api } from '../../api';
import { Link } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Button, ErrorNote, Loading, LoadMore, Section, Table } from '../../ui';
import { useGroupName } from './Groups';
import { reportMessages } from './messages';
import { hundredths, type Dimension } from './model';

interface Props {
  query: { from: number; by: Dimension; inbox?: string; agent?: string };
  group: ReportGroup;
  onClose: () => void;
}

/** The conversations a row of the breakdown counts. */
export function Behind({ query, group, onClose }: Props) {
  const t = useT(reportMessages);
  const { formatDateTime, formatDuration } = useFormat();
  const name = useGroupName(query.by);
  const asked = { ...query, key: group.key ?? 'none' };
  const pages = useInfiniteQuery({
    queryKey: ['reports', 'behind', asked],
    queryFn: ({ signal, pageParam }) =>
      api.get<{ items: EpisodeView[]; next_cursor: string | null }>('/reports/conversations', { ...asked, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
  const length = (from: number | null, to: number | null) => (from === null || to === null ? '–' : formatDuration(to - from));
  const end = 'end' as const;
  return (
    <Section title={t('behind', { name: name(group) })} actions={<Button onClick={onClose}>{t('close')}</Button>}>
      {pages.isPending && <Loading />}
      {pages.error && <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && (
        <>
          <Table
            label={t('behind', { name: name(group) })}
            rows={pages.data.pages.flatMap((page) => page.items)}
            rowKey={(e) => `${e.conversation_id}.${e.number}`}
            columns={[
              {
                key: 'opened',
                title: t('opened'),
                grow: true,
                render: (e) => <Link to={`/conversations/${e.conversation_id}`}>{formatDateTime(e.opened_at)}</Link>,
              },
              { key: 'first', title: t('first'), align: end, render: (e) => length(e.queued_at ?? e.opened_at, e.agent_replied_at) },
              { key: 'waited', title: t('waited'), align: end, wideOnly: true, render: (e) => (e.queued_at === null ? '–' : formatDuration(e.waited_ms)) },
              { key: 'held', title: t('held'), align: end, wideOnly: true, render: (e) => (e.owned_at === null ? '–' : formatDuration(e.held_ms)) },
              { key: 'ended', title: t('ended'), align: end, render: (e) => (e.resolved_at === null ? t('open') : length(e.opened_at, e.resolved_at)) },
              { key: 'csat', title: t('csat'), align: end, render: (e) => e.csat ?? '–' },
              { key: 'quality', title: t('quality'), align: end, wideOnly: true, render: (e) => hundredths(e.quality_x100) },
            ]}
          />
          <LoadMore hasMore={pages.hasNextPage} busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()} />
        </>
      )}
    </Section>
  );
}
