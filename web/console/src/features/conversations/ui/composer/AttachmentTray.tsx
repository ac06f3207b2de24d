// Files of the draft: those on their way with progress, those that arrived and would leave as links, those that failed and why.
import type { Attachment, FileWayView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../../i18n';
import { Icon, IconButton } from '../../../../ui';
import { attachmentUrl, isImage } from '../../api/upload';
import { messages } from '../../messages';
import type { Uploads } from './use-uploads';
import styles from './Composer.module.css';

interface AttachmentTrayProps {
  attachments: Attachment[];
  ways: ReadonlyMap<string, FileWayView>;
  uploads: Uploads;
  onRemove(id: string): void;
}

export function AttachmentTray({ attachments, ways, uploads, onRemove }: AttachmentTrayProps) {
  const t = useT(messages);
  const { formatBytes } = useFormat();
  if (attachments.length === 0 && uploads.items.length === 0) return null;
  return (
    <ul className={styles.tray}>
      {attachments.map((attachment) => (
        <li key={attachment.id} className={styles.traySlot}>
          {isImage(attachment.media_type) ? (
            <img className={styles.trayImage} src={attachmentUrl(attachment)} alt="" />
          ) : (
            <Icon name="file" size={20} />
          )}
          <span className={styles.trayWords}>
            <bdi className={styles.trayName}>{attachment.name}</bdi>
            <span className={styles.trayHint}>{formatBytes(attachment.size_bytes)}</span>
            <LinkNotice way={ways.get(attachment.id)} />
          </span>
          <IconButton icon="close" size="sm" plain label={t('removeAttachment', { name: attachment.name })} onClick={() => onRemove(attachment.id)} />
        </li>
      ))}
      {uploads.items.map((item) => (
        <li key={item.key} className={styles.traySlot}>
          <Icon name={item.failed === null ? 'attach' : 'alert'} size={18} />
          <span className={styles.trayWords}>
            <bdi className={styles.trayName}>{item.name}</bdi>
            {item.failed === null ? (
              <>
                <progress className={styles.progress} value={item.share} max={1} aria-label={item.name} />
                <span className={styles.trayHint}>{t('uploading', { percent: Math.round(item.share * 100) })}</span>
              </>
            ) : (
              <span className={styles.trayError} role="alert">
                {t('uploadFailed', { reason: item.failed })}
              </span>
            )}
          </span>
          <IconButton icon="close" size="sm" plain label={t('cancelUpload', { name: item.name })} onClick={() => uploads.cancel(item.key)} />
        </li>
      ))}
    </ul>
  );
}

/** Nothing where the file leaves as one. */
function LinkNotice({ way }: { way: FileWayView | undefined }) {
  const t = useT(messages);
  const { formatBytes } = useFormat();
  if (!way || way.as_file) return null;
  return (
    <span className={styles.trayNotice} role="status">
      {way.max_bytes === null ? t('leavesAsLink') : t('leavesAsLinkOver', { max: formatBytes(way.max_bytes) })}
    </span>
  );
}
