// How much may still be said on a channel that limits replies, before the agent hits the wall. Loaded only where a channel might.
import { useQuery } from '@tanstack/react-query';
import type { ConversationView, ReplyWindowView } from '@qingniao/shared/api';
import { api, path } from '../../../../api';
import { defineMessages, useFormat, useT } from '../../../../i18n';
import { Icon } from '../../../../ui';
import { useNow } from '../clock';
import styles from './QuotaMeter.module.css';

const LOOK_MS = 30_000;
/** So few left, or so little time, is worth a colour. */
const FEW = 1;
const SOON_MS = 10 * 60_000;

const quotaMessages = defineMessages(
  {
    left: '该渠道还可回复 {n} 条',
    open: '该渠道可以回复',
    until: '，{time} 后关闭',
    closed: '平台暂不允许回复：请等客户再次来消息，或写备注。',
    session_held: '该客户正由企业微信内的同事接待：请在企业微信里回复，或请同事结束会话后再发。',
    session_queued: '该客户在企业微信的接待池中排队：发送时会尝试接回。',
    session_ended: '微信客服会话已结束：请等客户再次来消息，或写备注。',
  },
  {
    left: '{n} more replies on this channel',
    open: 'This channel takes replies',
    until: ', closes in {time}',
    closed: 'The channel takes no reply until the customer writes again. Notes still work.',
    session_held: 'A colleague serves this customer inside WeCom: answer there, or have them end the session first.',
    session_queued: 'This customer waits in WeCom’s own line: sending tries to take them back.',
    session_ended: 'The WeCom session has ended until the customer writes again. Notes still work.',
  },
);

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
        {open ? (data.left === null ? t('open') : t('left', { n: data.left })) : t('closed')}
        {open && rest !== null && t('until', { time: formatDuration(rest) })}
      </span>
    </p>
  );
}
