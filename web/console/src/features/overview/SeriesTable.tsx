import type { OverviewView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../i18n';
import { Table } from '../../ui';
import { overviewMessages } from './messages';

/** The chart's numbers for those who cannot see it or want them exactly. */
export function SeriesTable({ series }: { series: OverviewView['series'] }) {
  const t = useT(overviewMessages);
  const { formatTime, formatNumber } = useFormat();
  return (
    <Table
      label={t('chart')}
      rows={series}
      rowKey={(point) => String(point.at)}
      columns={[
        { key: 'hour', title: t('hour'), grow: true, render: (point) => formatTime(point.at) },
        { key: 'incoming', title: t('incoming'), align: 'end', render: (point) => formatNumber(point.incoming) },
        { key: 'outgoing', title: t('outgoing'), align: 'end', render: (point) => formatNumber(point.outgoing) },
      ]}
    />
  );
}
