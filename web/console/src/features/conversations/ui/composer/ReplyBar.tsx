import type { ConversationView, MessageView } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Icon, IconButton } from '../../../../ui';
import { messages } from '../../messages';
import { contactName } from '../../model/names';
import styles from './Composer.module.css';

export function ReplyBar({ message, conversation, onCancel }: { message: MessageView | null; conversation: ConversationView; onCancel(): void }) {
  const t = useT(messages);
  const name = message === null || message.author.kind === 'contact' ? contactName(conversation.contact, t) : message.author.name || t('bot');
  return (
    <div className={styles.replyBar}>
      <Icon name="reply" size={15} />
      <span className={styles.replyName}>{t('replyingTo', { name })}</span>
      <span className={styles.replyText} dir="auto">
        {message?.content.text || (message?.content.attachments?.[0]?.name ?? '')}
      </span>
      <IconButton icon="close" size="sm" plain label={t('cancelReply')} onClick={onCancel} />
    </div>
  );
}
