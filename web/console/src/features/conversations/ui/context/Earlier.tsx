import type { ConversationView } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Badge, Loading, cx } from '../../../../ui';
import { useContactConversations } from '../../api/queries';
import { messages } from '../../messages';
import { Ago } from '../clock';
import { Marks } from '../marks';
import styles from './Context.module.css';

const STATUS = { open: 'statusOpen', pending: 'statusPending', snoozed: 'statusSnoozed', resolved: 'statusResolved' } as const;

export function Earlier({ contactId, currentId, onOpen }: { contactId: string; currentId: string; onOpen(id: string): void }) {
  const t = useT(messages);
  const { data } = useContactConversations(contactId);
  if (data === undefined) return <Loading />;
  const others = data.filter((conversation) => conversation.id !== currentId);
  if (others.length === 0) return <p className={styles.none}>{t('noEarlier')}</p>;
  return (
    <ul className={styles.earlier}>
      {others.map((conversation) => (
        <li key={conversation.id}>
          <EarlierRow conversation={conversation} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}

function EarlierRow({ conversation: c, onOpen }: { conversation: ConversationView; onOpen(id: string): void }) {
  const t = useT(messages);
  return (
    <button type="button" className={styles.earlierRow} onClick={() => onOpen(c.id)}>
      <span className={cx(styles.earlierText)} dir="auto">
        {c.last_text || t('statusOpen')}
      </span>
      <span className={styles.earlierFoot}>
        {c.merged_into === null && <Badge tone={c.status === 'resolved' ? 'neutral' : 'info'}>{t(STATUS[c.status])}</Badge>}
        <Marks c={c} />
        <Ago at={c.last_message_at} />
      </span>
    </button>
  );
}
