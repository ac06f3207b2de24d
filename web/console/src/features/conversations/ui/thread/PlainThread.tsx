// A thread to be read and nothing else: on the floor, and beside a score form. The same cached thread as on the conversation's own page,
// which the stream keeps.
import { useEffect, useRef } from 'react';
import type { MessageView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../../i18n';
import { cx, ErrorNote, LoadMore, Loading } from '../../../../ui';
import { useThread } from '../../api/queries';
import { useHistory } from '../../api/use-history';
import { messages as threadMessages } from '../../messages';
import { activityText } from '../../model/activity';
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

export function PlainThread({ id, customer, bot, follow = false, className }: Props) {
  const t = useT(threadMessages);
  const { formatTime, formatDateTime } = useFormat();
  const bottom = useRef<HTMLDivElement>(null);
  const history = useHistory(id);
  const { data, error, refetch } = useThread(id);
  const last = data?.items.at(-1)?.id;
  useEffect(() => {
    if (follow) bottom.current?.scrollIntoView({ block: 'end' });
  }, [last, follow]);
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
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
          <p>{line(message)}</p>
        </div>
      ))}
      <div ref={bottom} />
    </div>
  );
}
