import { useQuery } from '@tanstack/react-query';
import type { UserView } from '@qingniao/shared/api';
import type { TimeInStateView } from '@qingniao/shared/presence';
import { api } from '../../api';
import { useFormat, useT } from '../../i18n';
import { useBoard } from '../../realtime/board';
import { EmptyState, ErrorNote, Loading, Section, Table } from '../../ui';
import { reportMessages } from './messages';
import { byPerson, type PersonTimes } from './times-model';
import styles from './ReportsPage.module.css';

interface Props {
  from: number;
  to: number;
  users: readonly UserView[];
  /** One person, or everybody. */
  only: string | null;
}

/** How long each person was in which state, with the reasons of being busy. */
export function Times({ from, to, users, only }: Props) {
  const t = useT(reportMessages);
  const { formatDuration } = useFormat();
  const times = useQuery({
    queryKey: ['reports', 'times', from, to],
    queryFn: ({ signal }) => api.get<{ items: TimeInStateView[] }>('/presence/times', { from, to }, signal),
    placeholderData: (before) => before,
  });
  const { reasonName } = useBoard();
  const names = new Map(users.map((user) => [user.id, user.name]));
  const people = byPerson(times.data?.items ?? []).filter((person) => only === null || person.id === only);
  const length = (ms: number) => (ms === 0 ? '–' : formatDuration(ms));
  const reason = (key: string | null) => (key === null ? t('noReason') : reasonName(key) || key);
  const end = 'end' as const;
  const column = (state: 'online' | 'wrap_up' | 'offline', wideOnly = false) => ({
    key: state,
    title: t(state),
    align: end,
    wideOnly,
    render: (person: PersonTimes) => length(person[state]),
  });
  return (
    <Section
      title={t('times')}
      description={t('timesText')}
      actions={
        <a className={styles.download} href={`/api/v1/presence/times.csv?from=${from}&to=${to}`} download="times.csv">
          {t('timesCsv')}
        </a>
      }
    >
      {times.isPending && <Loading />}
      {times.error && <ErrorNote error={times.error} onRetry={() => void times.refetch()} />}
      {times.data && people.length === 0 && <EmptyState icon="clock" title={t('timesNone')} />}
      {people.length > 0 && (
        <Table
          label={t('times')}
          rows={people}
          rowKey={(person) => person.id}
          columns={[
            { key: 'person', title: t('agent'), grow: true, render: (person) => names.get(person.id) ?? person.id },
            column('online'),
            {
              key: 'busy',
              title: t('busy'),
              align: end,
              render: (person) => (
                <>
                  {length(person.busy)}
                  {person.reasons.map(({ key, spent }) => (
                    <span key={key ?? ''} className={styles.reason}>
                      {reason(key)} {formatDuration(spent)}
                    </span>
                  ))}
                </>
              ),
            },
            column('wrap_up'),
            { key: 'present', title: t('present'), align: end, render: (person) => length(person.online + person.busy + person.wrap_up) },
            column('offline', true),
          ]}
        />
      )}
    </Section>
  );
}
