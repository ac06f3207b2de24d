// How much may still be said on a channel that limits replies, before the agent hits the wall. Loaded only where a channel might.
import { useQuery } from '@tanstack/react-query';
import type { ConversationView, MonthlyQuotaView, ReplyWindowView } from '@qingniao/shared/api';
import { api, path } from '../../../../api';
import { useFormat, useT } from '../../../../i18n';
import { Icon } from '../../../../ui';
import { useNow } from '../clock';
import { quotaMessages } from './quota-messages';
import styles from './QuotaMeter.module.css';

const LOOK_MS = 30_000;
/** So few left, or so little time, is worth a colour. */
const FEW = 1;
const SOON_MS = 10 * 60_000;
/** So small a part of the month's messages is. */
const FEW_OF_MONTH = 0.1;

export default function QuotaMeter({ conversation: c }: { conversation: ConversationView }) {
  const { data } = useQuery({
    // Every message changes it.
    queryKey: ['reply-window', c.id, c.version],
    queryFn: ({ signal }) => api.get<ReplyWindowView>(path('/conversations/{}/reply-window', c.id), undefined, signal),
    refetchInterval: LOOK_MS,
    placeholderData: (before) => before,
  });
  return (
    <>
      {data?.limited && <ReplyWindow window={data} />}
      {data?.month && <MonthLeft month={data.month} />}
    </>
  );
}

function ReplyWindow({ window: w }: { window: ReplyWindowView }) {
  const t = useT(quotaMessages);
  const { formatDuration } = useFormat();
  const now = useNow();
  if (w.only_in_call || w.session !== null) {
    const session = w.session === 'held' ? t('session_held') : w.session === 'queued' ? t('session_queued') : t('session_ended');
    return (
      <p className={styles.closed} role="status">
        <Icon name="alert" size={14} />
        <span>{w.only_in_call ? t('only_in_call') : session}</span>
      </p>
    );
  }
  const rest = w.closes_at === null ? null : w.closes_at - now;
  const open = w.open && (rest === null || rest > 0);
  const scarce = open && ((w.left !== null && w.left <= FEW) || (rest !== null && rest < SOON_MS));
  return (
    <p className={open ? (scarce ? styles.scarce : styles.quota) : styles.closed} role="status">
      <Icon name={open ? 'clock' : 'alert'} size={14} />
      <span>
        {open ? (w.left === null ? t('open') : t('left', { n: w.left })) : t(w.templates.length > 0 ? 'templates' : 'closed')}
        {open && rest !== null && t('until', { time: formatDuration(rest) })}
      </span>
    </p>
  );
}

function MonthLeft({ month }: { month: MonthlyQuotaView }) {
  const t = useT(quotaMessages);
  const { formatNumber } = useFormat();
  const left = Math.max(0, month.limit - month.used);
  const scarce = left < month.limit * FEW_OF_MONTH;
  return (
    <p className={left === 0 ? styles.closed : scarce ? styles.scarce : styles.quota} role="status">
      <Icon name={left === 0 ? 'alert' : 'clock'} size={14} />
      <span>{left === 0 ? t('month_used') : t('month', { left: formatNumber(left), limit: formatNumber(month.limit) })}</span>
    </p>
  );
}
