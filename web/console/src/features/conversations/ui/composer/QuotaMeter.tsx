// How much may still be said on a channel that limits replies, before the agent hits the wall. Loaded only where a channel might.
import { useQuery } from '@tanstack/react-query';
import type { ConversationView, ReplyWindowView } from '@qingniao/shared/api';
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

export default function QuotaMeter({ conversation: c }: { conversation: ConversationView }) {
  const t = useT(quotaMessages);
  const { formatDuration } = useFormat();
  const now = useNow();
  const { data } = useQuery({
    // Every message changes it.
    queryKey: ['reply-window', c.id, c.version],
    queryFn: ({ signal }) => api.get<ReplyWindowView>(path('/conversations/{}/reply-window', c.id), undefined, signal),
    refetchInterval: LOOK_MS,
    placeholderData: (before) => before,
  });
  if (!data?.limited) return null;
  if (data.session !== null) {
    return (
      <p className={styles.closed} role="status">
        <Icon name="alert" size={14} />
        <span>{data.session === 'held' ? t('session_held') : data.session === 'queued' ? t('session_queued') : t('session_ended')}</span>
      </p>
    );
  }
  const rest = data.closes_at === null ? null : data.closes_at - now;
  const open = data.open && (rest === null || rest > 0);
  const scarce = open && ((data.left !== null && data.left <= FEW) || (rest !== null && rest < SOON_MS));
  return (
    <p className={open ? (scarce ? styles.scarce : styles.quota) : styles.closed} role="status">
      <Icon name={open ? 'clock' : 'alert'} size={14} />
      <span>
        {open ? (data.left === null ? t('open') : t('left', { n: data.left })) : t(data.templates.length > 0 ? 'templates' : 'closed')}
        {open && rest !== null && t('until', { time: formatDuration(rest) })}
      </span>
    </p>
  );
}
