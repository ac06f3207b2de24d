// A case to be read and nothing else: on the floor, and beside a score form. The same cached threads as on the conversation's own page,
// which the stream keeps.
import { useEffect, useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ConversationView, MessageView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../../i18n';
import { cx, ErrorNote, LoadMore, Loading } from '../../../../ui';
import { conversationQuery, useThread } from '../../api/queries';
import { useCase } from '../../api/use-case';
import { messages as threadMessages } from '../../messages';
import { activityText } from '../../model/activity';
import type { Thread } from '../../model/thread';
import { Markdown } from './Markdown';
import styles from './PlainThread.module.css';

interface Props {
  id: string;
  /** What the two without a name are called. */
  customer: string;
  bot: string;
  /** Stays at the end as the thread grows. */
  follow?: boolean;
  className?: string | undefined;
}

export function PlainThread(props: Props) {
  const thread = useThread(props.id);
  const conversation = useQuery(conversationQuery(props.id));
  const error = thread.error ?? conversation.error;
  const again = () => void Promise.all([thread.refetch(), conversation.refetch()]);
  if (error) return <ErrorNote error={error} onRetry={again} />;
  if (!thread.data || !conversation.data) return <Loading />;
  return <Whole {...props} conversation={conversation.data} own={thread.data} />;
}

/** With what was merged into it and split off. */
function Whole({ customer, bot, follow = false, className, conversation, own }: Props & { conversation: ConversationView; own: Thread }) {
  const t = useT(threadMessages);
  const { formatTime, formatDateTime } = useFormat();
  const bottom = useRef<HTMLDivElement>(null);
  const { thread: data, history } = useCase(conversation, own);
  const last = data.items.at(-1)?.id;
  useEffect(() => {
    if (follow) bottom.current?.scrollIntoView({ block: 'end' });
  }, [last, follow]);
  const author = ({ author }: MessageView): string => (author.kind === 'contact' ? customer : author.kind === 'bot' ? bot : author.name);
  const line = (message: MessageView): string => {
    const activity = message.content.activity;
    if (activity) return activityText(activity, message.author.name, { t, formatWhen: formatDateTime });
    return message.content.text || (message.content.attachments ?? []).map((file) => `[${file.name}]`).join(' ');
  };
  return (
    <div role="log" className={cx(styles.thread, className)} tabIndex={0} aria-label={t('threadPane')}>
      <LoadMore hasMore={data.hasMoreBefore} busy={history.loading} onClick={() => void history.loadOlder()} />
      {data.items.map((message) => (
        <div key={message.id} className={cx(styles.line, message.kind === 'activity' && styles.event)} data-kind={message.kind}>
          <span className={styles.small}>
            {message.kind !== 'activity' && author(message)} {formatTime(message.created_at)}
          </span>
          {message.content.format === 'markdown' && !message.content.activity ? <Markdown text={message.content.text} /> : <p>{line(message)}</p>}
        </div>
      ))}
      <div ref={bottom} />
    </div>
  );
}
