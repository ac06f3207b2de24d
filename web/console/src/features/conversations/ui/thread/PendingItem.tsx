// A message under way: shown at once, a spinner only when it takes long, and what to do when it was refused.
import { useEffect, useState } from 'react';
import { useHasRole, useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { Avatar, Button, Icon, Spinner, cx } from '../../../../ui';
import { messages } from '../../messages';
import type { OutboxItem } from '../../model/outbox';
import { Attachments } from './Attachments';
import { Markdown, PlainText } from './Markdown';
import type { ThreadActions } from './RowView';
import styles from './Message.module.css';

const SPINNER_AFTER_MS = 400;

function useAfter(ms: number): boolean {
  const [after, setAfter] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setAfter(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return after;
}

export function PendingItem({ item, first, actions }: { item: OutboxItem; first: boolean; actions: ThreadActions }) {
  const t = useT(messages);
  const { user } = useSession();
  const supervises = useHasRole('supervisor');
  const slow = useAfter(SPINNER_AFTER_MS);
  const failed = item.state === 'failed';
  return (
    <article className={cx(styles.message, styles.out, first && styles.first)} data-message={item.id} tabIndex={-1} aria-label={user.name}>
      <span className={styles.face}>{first && <Avatar name={user.name} seed={user.id} size="sm" />}</span>
      <div className={styles.column}>
        <div className={styles.line}>
          <div className={cx(styles.bubble, item.kind === 'note' ? styles.note : styles.outgoing, failed && styles.failedBubble)}>
            {item.text !== '' && (item.format === 'markdown' ? <Markdown text={item.text} /> : <PlainText text={item.text} />)}
            <Attachments attachments={item.attachments} onOpenImage={actions.showImage} />
            {!failed && slow && (
              <footer className={styles.foot}>
                <span className={styles.delivery}>
                  <Spinner size={13} />
                  {item.reason?.code === 'offline' ? t('waitingNetwork') : t('stateSending')}
                </span>
              </footer>
            )}
          </div>
        </div>
        {failed && (
          <div className={styles.failure} role="alert">
            <Icon name="alert" size={14} />
            <span>{t('failedReason', { reason: item.reason?.detail || item.reason?.code || '' })}</span>
            <Button size="sm" variant="ghost" onClick={() => actions.retryPending(item, false)}>
              {t('retry')}
            </Button>
            {item.reason?.code === 'owned_by_other' && supervises && (
              <Button size="sm" variant="ghost" onClick={() => actions.retryPending(item, true)}>
                {t('forceSend')}
              </Button>
            )}
            <Button size="sm" variant="ghost" onClick={() => actions.dropPending(item)}>
              {t('discard')}
            </Button>
          </div>
        )}
      </div>
    </article>
  );
}
