import type { Status } from '@qingniao/shared/api';
import { flatten } from '../../../api';
import { Link } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { Badge, ErrorNote, LoadMore, Loading, Section, type Tone } from '../../../ui';
import { Marks } from '../../conversations/ui/marks';
import { useContactConversations } from '../api';
import { contactMessages } from '../messages';
import styles from './ContactDetail.module.css';

const STATUS_TONE: Record<Status, Tone> = { open: 'accent', pending: 'warning', snoozed: 'info', resolved: 'neutral' };

export function ContactConversations({ contactId }: { contactId: string }) {
  const t = useT(contactMessages);
  const { formatDateTime } = useFormat();
  const conversations = useContactConversations(contactId);
  const rows = flatten(conversations.data);
  return (
    <Section title={t('conversations')}>
      {conversations.isPending && <Loading />}
      {conversations.error && <ErrorNote error={conversations.error} onRetry={() => void conversations.refetch()} />}
      {conversations.data && rows.length === 0 && <p className={styles.quiet}>{t('noConversations')}</p>}
      {rows.length > 0 && (
        <ul className={styles.list}>
          {rows.map((conversation) => (
            <li key={conversation.id}>
              <Link to={`/conversations/${conversation.id}`} className={styles.row}>
                <span className={styles.rowTop}>
                  {formatDateTime(conversation.last_message_at)}
                  {conversation.merged_into === null && <Badge tone={STATUS_TONE[conversation.status]}>{t(conversation.status)}</Badge>}
                  <Marks c={conversation} />
                </span>
                <span className={styles.text}>{conversation.last_text || t('noText')}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <LoadMore hasMore={conversations.hasNextPage} busy={conversations.isFetchingNextPage} onClick={() => void conversations.fetchNextPage()} />
    </Section>
  );
}
