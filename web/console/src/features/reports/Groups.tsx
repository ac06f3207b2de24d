import type { ReportGroup } from '@qingniao/shared/api';
import { useFormat, useT } from '../../i18n';
import { Table } from '../../ui';
import { reportMessages } from './messages';
import { hundredths, type Dimension } from './model';
import { useShare } from './share';
import styles from './ReportsPage.module.css';

/** Reasons are codes and have names in both languages; everything else comes with its name. */
const REASONS = ['customer_asked', 'two_misses', 'bot_off', 'bot_failed', 'agent_took_over', 'intent', 'flow', 'flow_failed', 'answered_often'] as const;
type Reason = (typeof REASONS)[number];

export function useGroupName(by: Dimension) {
  const t = useT(reportMessages);
  return (group: ReportGroup) => {
    if (group.key === null) return t('none');
    const reason = by === 'handoff' && REASONS.includes(group.key as Reason) ? (group.key as Reason) : null;
    if (reason) return t(reason);
    return by === 'hour' ? `${group.name}:00` : group.name;
  };
}

export function Groups({ groups, by, onOpen }: { groups: readonly ReportGroup[]; by: Dimension; onOpen: (group: ReportGroup) => void }) {
  const t = useT(reportMessages);
  const { formatNumber, formatDuration } = useFormat();
  const share = useShare();
  const name = useGroupName(by);
  const length = (ms: number | null) => (ms === null ? '–' : formatDuration(ms));
  const end = 'end' as const;
  return (
    <Table
      label={t('groups')}
      rows={groups}
      rowKey={(group) => group.key ?? ''}
      onRowClick={onOpen}
      columns={[
        {
          key: 'group',
          title: t('group'),
          grow: true,
          render: (group) => (
            <button type="button" className={styles.open} onClick={() => onOpen(group)}>
              {name(group)}
            </button>
          ),
        },
        { key: 'conversations', title: t('conversations'), align: end, render: ({ figures }) => formatNumber(figures.conversations) },
        { key: 'bot', title: t('botOnly'), align: end, wideOnly: true, render: ({ figures }) => share(figures.bot_only) },
        { key: 'response', title: t('response'), align: end, wideOnly: true, render: ({ figures }) => length(figures.first_response.median_ms) },
        { key: 'service', title: t('service'), align: end, render: ({ figures }) => share(figures.service_level) },
        { key: 'handle', title: t('handle'), align: end, wideOnly: true, render: ({ figures }) => length(figures.handle.mean_ms) },
        { key: 'acw', title: t('acw'), align: end, wideOnly: true, render: ({ figures }) => length(figures.after_work.mean_ms) },
        { key: 'handleAll', title: t('withAcw'), align: end, wideOnly: true, render: ({ figures }) => length(figures.handle_all.mean_ms) },
        { key: 'contact', title: t('contact'), align: end, wideOnly: true, render: ({ figures }) => share(figures.first_contact) },
        {
          key: 'csat',
          title: t('csat'),
          align: end,
          render: ({ figures }) => hundredths(figures.csat_mean_x100),
        },
        { key: 'quality', title: t('quality'), align: end, wideOnly: true, render: ({ figures }) => hundredths(figures.quality_mean_x100) },
      ]}
    />
  );
}
