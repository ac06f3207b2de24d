import type { FiguresView } from '@qingniao/shared/reports';
import { useFormat, useT } from '../../i18n';
import { Section, Table } from '../../ui';
import { useReasonNames } from '../transfers/api';
import { reportMessages } from './messages';
import { byReason } from './model';
import { useShare } from './share';

/** Why conversations were passed on; nothing where nobody gave a reason. */
export function Reasons({ total }: { total: FiguresView }) {
  const t = useT(reportMessages);
  const { formatNumber } = useFormat();
  const share = useShare();
  const names = useReasonNames();
  const rows = byReason(total);
  if (rows.length === 0) return null;
  const name = (key: string | null): string => (key === null ? t('noReason') : (names.find((known) => known.key === key)?.name ?? t('reasonGone', { key })));
  return (
    <Section title={t('transferReasons')} description={t('transferReasonsHint')}>
      <Table
        label={t('transferReasons')}
        rows={rows}
        rowKey={(row) => row.key ?? ''}
        columns={[
          { key: 'reason', title: t('reason'), grow: true, render: (row) => name(row.key) },
          { key: 'count', title: t('transfers'), align: 'end', render: (row) => formatNumber(row.count) },
          { key: 'share', title: t('share'), align: 'end', render: (row) => share({ part: row.count, of: total.transfers }) },
        ]}
      />
    </Section>
  );
}
