import { useFormat, useT } from '../../../i18n';
import { Table } from '../../../ui';
import { routingMessages } from '../messages/page';
import type { Played, Simulation } from '../model/views';

interface Line {
  key: string;
  name: string;
  read(report: Played): string;
}

/** Yesterday by the policy in force and by the draft, side by side. */
export function Simulated({ played }: { played: Simulation }) {
  const t = useT(routingMessages);
  const { formatDuration, formatNumber, formatPercent } = useFormat();
  const rows: Line[] = [
    { key: 'served', name: t('served'), read: (r) => formatNumber(r.served) },
    { key: 'bot', name: t('byBot'), read: (r) => formatNumber(r.by_bot) },
    { key: 'left', name: t('leftMessage'), read: (r) => formatNumber(r.left_message) },
    { key: 'mean', name: t('meanWait'), read: (r) => formatDuration(r.wait.mean_ms) },
    { key: 'longest', name: t('longestWait'), read: (r) => formatDuration(r.wait.max_ms) },
    { key: 'level', name: t('inTime'), read: (r) => formatPercent(r.service_level) },
    { key: 'kept', name: t('kept'), read: (r) => `${formatNumber(r.sla_kept)} / ${formatNumber(r.sla_promised)}` },
    { key: 'gini', name: t('fairness'), read: (r) => r.fairness_gini.toFixed(3) },
  ];
  return (
    <div>
      <h3>{t('result')}</h3>
      <p>{t(played.as_lived ? 'resultText' : 'resultTextAll', { arrivals: played.arrivals, people: played.people })}</p>
      <p>{t('assumed')}</p>
      <Table
        label={t('result')}
        rows={rows}
        rowKey={(row) => row.key}
        columns={[
          { key: 'name', title: t('measure'), grow: true, render: (row) => row.name },
          { key: 'live', title: t('now'), align: 'end', render: (row) => row.read(played.live) },
          { key: 'other', title: t('then'), align: 'end', render: (row) => row.read(played.other) },
        ]}
      />
    </div>
  );
}
