// What a message said before it was edited or taken back, newest first.
import type { MessageView } from '@qingniao/shared/api';
import { formatDateTime, useT } from '../../../../i18n';
import { Dialog, ErrorNote, Loading } from '../../../../ui';
import { useRevisions } from '../../api/queries';
import { messages } from '../../messages';
import { PlainText } from './Markdown';
import styles from './Dialogs.module.css';

export function RevisionsDialog({ message, onClose }: { message: MessageView; onClose(): void }) {
  const t = useT(messages);
  const { data, error, isPending } = useRevisions(message.conversation_id, message.id);
  const earlier = [...(data ?? [])].reverse();
  return (
    <Dialog open onClose={onClose} title={t('revisionsTitle')}>
      <ol className={styles.revisions}>
        <li>
          <p className={styles.when}>{t('revisionNow')}</p>
          {message.recalled_at !== null ? <p className={styles.gone}>{t('recalled')}</p> : <PlainText text={message.content.text} />}
        </li>
        {earlier.map((revision, index) => (
          <li key={index}>
            <p className={styles.when}>
              {t('revisionBy', { name: revision.replaced_by.name || t('unknownAgent'), time: formatDateTime(revision.replaced_at) })}
            </p>
            <PlainText text={revision.content.text} />
          </li>
        ))}
      </ol>
      {isPending && <Loading />}
      {error !== null && <ErrorNote error={error} />}
      {data?.length === 0 && <p className={styles.gone}>{t('noRevisions')}</p>}
    </Dialog>
  );
}
