// Why the product did what it did with a message, as the pipeline recorded it, stage by stage. For supervisors.
import type { MessageView } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Dialog } from '../../../../ui';
import { messages } from '../../messages';
import { DataTree } from '../DataTree';
import { PlainText } from './Markdown';
import { partsOf, TraceParts } from './TraceParts';
import styles from './Dialogs.module.css';

export function TraceDialog({ message, onClose }: { message: MessageView; onClose(): void }) {
  const t = useT(messages);
  const parts = partsOf(message.trace);
  return (
    <Dialog open onClose={onClose} kind="wide" title={t('traceTitle')}>
      {message.content.text !== '' && (
        <blockquote className={styles.quoted}>
          <PlainText text={message.content.text} />
        </blockquote>
      )}
      {parts.length > 0 && <TraceParts parts={parts} />}
      {message.trace === undefined || message.trace === null ? <p className={styles.gone}>{t('traceEmpty')}</p> : <DataTree value={message.trace} />}
    </Dialog>
  );
}
