import { useQuery } from '@tanstack/react-query';
import type { FairnessView, HandledView } from '@qingniao/shared/reports';
import { api } from '../../api';
import { useFormat, useT } from '../../i18n';
import { ErrorNote, Loading, Section, Table } from '../../ui';
import { fairnessMessages } from './fairness-messages';
import styles from './ReportsPage.module.css';

const HOUR_MS = 3_600_000;

/** How evenly work fell on people: everybody's figure, then each team's, with the two ends of it. */
export function Fairness({ from, to }: { from: number; to: number }) {
  const t = useT(fairnessMessages);
  const { formatNumber } = useFormat();
  const fairness = useQuery({
    queryKey: ['reports', 'fairness', from, to],
    queryFn: ({ signal }) => api.get<{ items: FairnessView[] }>('/reports/fairness', { from, to }, signal),
    placeholderData: (before) => before,
  });
  const pace = (person: HandledView | undefined) =>
    person ? t('rate', { name: person.name, rate: formatNumber(Math.round((person.handled * HOUR_MS * 10) / person.online_ms) / 10) }) : '–';
  return (
    <Section
      title={t('title')}
      description={t('text')}
      actions={
        <a className={styles.download} href={`/api/v1/reports/fairness.csv?from=${from}&to=${to}`} download="fairness.csv">
          {t('csv')}
        </a>
      }
    >
      {fairness.isPending && <Loading />}
      {fairness.error && <ErrorNote error={fairness.error} onRetry={() => void fairness.refetch()} />}
      {fairness.data && (
        <Table
          label={t('title')}
          rows={fairness.data.items}
          rowKey={(row) => row.team_id ?? ''}
          columns={[
            { key: 'team', title: t('team'), grow: true, render: (row) => (row.team_id === null ? t('everybody') : row.name) },
            {
              key: 'gini',
              title: t('gini'),
              align: 'end' as const,
              render: (row) => (row.gini_x1000 === null ? <span title={t('none')}>–</span> : (row.gini_x1000 / 1000).toFixed(3)),
            },
            { key: 'people', title: t('people'), align: 'end' as const, render: (row) => formatNumber(row.people.length) },
            { key: 'most', title: t('most'), render: (row) => pace(row.people[0]) },
            { key: 'least', title: t('least'), render: (row) => pace(row.people.length > 1 ? row.people.at(-1) : undefined) },
          ]}
        />
      )}
    </Section>
  );
}
