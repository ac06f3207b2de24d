// One row of a thread by its kind.
import { memo, Suspense } from 'react';
import type { ConversationView, MessageView } from '@qingniao/shared/api';
import { formatDateTime, useFormat, useT } from '../../../../i18n';
import { lazy, Spinner } from '../../../../ui';
import type { Case } from '../../api/use-case';
import { messages } from '../../messages';
import { activityNote, activityText } from '../../model/activity';
import type { OutboxItem } from '../../model/outbox';
import type { ThreadRow } from '../../model/rows';
import { useNow } from '../clock';
import { MessageItem } from './MessageItem';
import { PendingItem } from './PendingItem';
import styles from './MessageList.module.css';

const TieEnd = lazy(() => import('../../../cases/TieEnd'));
const SplitRow = lazy(() => import('../../../cases/SplitRow'));

/** What can be done from within a thread. */
export interface ThreadActions {
  markRead(id: string, seq: number): void;
  reply(message: MessageView): void;
  edit(message: MessageView): void;
  recall(message: MessageView): void;
  /** Takes a letter back that still waits, into the composer. */
  undoSend(message: MessageView): void;
  retryDelivery(message: MessageView): void;
  showHistory(message: MessageView): void;
  showTrace(message: MessageView): void;
  /** Absent where nothing can be split off. */
  split?(message: MessageView): void;
  showImage(attachmentId: string): void;
  jumpToMessage(id: string): void;
  retryPending(item: OutboxItem, force: boolean): void;
  dropPending(item: OutboxItem): void;
}

export interface RowViewProps {
  row: ThreadRow;
  conversation: ConversationView;
  kase: Case;
  actions: ThreadActions;
  me: string;
  loading: boolean;
  flashed: string | null;
}

export const RowView = memo(function RowView({ row, conversation, kase, actions, me, loading, flashed }: RowViewProps) {
  const t = useT(messages);
  switch (row.kind) {
    case 'older':
      return <div className={styles.older}>{loading && <Spinner size={16} />}<span className="visually-hidden">{t('loadingOlder')}</span></div>;
    case 'start':
      return <p className={styles.start}>{t('historyStart', { time: formatDateTime(row.at) })}</p>;
    case 'day':
      return <DayLine at={row.at} />;
    case 'unread':
      return (
        <div className={styles.unreadLine}>
          <span>{t('unreadLine')}</span>
        </div>
      );
    case 'activity':
      return <ActivityLine message={row.message} kase={kase} />;
    case 'pending':
      return <PendingItem item={row.item} first={row.first} actions={actions} />;
    case 'split':
      return (
        <Suspense fallback={null}>
          <SplitRow to={row.to} messages={row.messages} />
        </Suspense>
      );
    case 'message':
      return (
        <MessageItem
          message={row.message}
          first={row.first}
          conversation={kase.conversations.get(row.message.conversation_id) ?? conversation}
          part={row.message.conversation_id !== conversation.id && kase.wires.some((wire) => wire.id === row.message.conversation_id)}
          own={row.message.conversation_id === conversation.id}
          answered={kase.thread.items.find((other) => other.id === row.message.reply_to) ?? null}
          actions={actions}
          me={me}
          flashed={flashed === row.message.id}
        />
      );
  }
});

function DayLine({ at }: { at: number }) {
  const { formatDay } = useFormat();
  const now = useNow();
  return (
    <div className={styles.day}>
      <span>{formatDay(at, now)}</span>
    </div>
  );
}

function ActivityLine({ message, kase }: { message: MessageView; kase: Case }) {
  const t = useT(messages);
  const { formatTime, formatDateTime: full } = useFormat();
  const { activity } = message.content;
  if (activity === undefined) return null;
  const author = message.author.kind === 'agent' ? message.author.name : '';
  const note = activityNote(activity);
  return (
    <div className={styles.activity}>
      <bdi>{activityText(activity, author, { t, formatWhen: full })}</bdi>
      {activity.params?.tie !== undefined && (
        <Suspense fallback={null}>
          <TieEnd activity={activity} ties={kase.ties} />
        </Suspense>
      )}
      {note !== '' && <bdi className={styles.activityNote}>{t('act_note', { note })}</bdi>}
      <time dateTime={new Date(message.created_at).toISOString()}>{formatTime(message.created_at)}</time>
    </div>
  );
}
