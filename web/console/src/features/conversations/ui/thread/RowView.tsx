// One row of a thread by its kind.
import { memo } from 'react';
import type { ConversationView, MessageView } from '@qingniao/shared/api';
import { formatDateTime, useFormat, useT } from '../../../../i18n';
import { Spinner } from '../../../../ui';
import { messages } from '../../messages';
import { activityNote, activityText } from '../../model/activity';
import type { OutboxItem } from '../../model/outbox';
import type { ThreadRow } from '../../model/rows';
import type { Thread } from '../../model/thread';
import { useNow } from '../clock';
import { MessageItem } from './MessageItem';
import { PendingItem } from './PendingItem';
import styles from './MessageList.module.css';

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
  showImage(attachmentId: string): void;
  jumpToMessage(id: string): void;
  retryPending(item: OutboxItem, force: boolean): void;
  dropPending(item: OutboxItem): void;
}

export interface RowViewProps {
  row: ThreadRow;
  conversation: ConversationView;
  thread: Thread;
  actions: ThreadActions;
  me: string;
  loading: boolean;
  flashed: string | null;
}

export const RowView = memo(function RowView({ row, conversation, thread, actions, me, loading, flashed }: RowViewProps) {
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
      return <ActivityLine message={row.message} />;
    case 'pending':
      return <PendingItem item={row.item} first={row.first} actions={actions} />;
    case 'message':
      return (
        <MessageItem
          message={row.message}
          first={row.first}
          conversation={conversation}
          answered={thread.items.find((other) => other.id === row.message.reply_to) ?? null}
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

function ActivityLine({ message }: { message: MessageView }) {
  const t = useT(messages);
  const { formatTime, formatDateTime: full } = useFormat();
  const { activity } = message.content;
  if (activity === undefined) return null;
  const author = message.author.kind === 'agent' ? message.author.name : '';
  const note = activityNote(activity);
  return (
    <div className={styles.activity}>
      <bdi>{activityText(activity, author, { t, formatWhen: full })}</bdi>
      {note !== '' && <bdi className={styles.activityNote}>{t('act_note', { note })}</bdi>}
      <time dateTime={new Date(message.created_at).toISOString()}>{formatTime(message.created_at)}</time>
    </div>
  );
}
