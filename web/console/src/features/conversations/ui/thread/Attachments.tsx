// What is attached: thumbnails for images the server has recognised, download links for all else.
import type { Attachment } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../../i18n';
import { Icon } from '../../../../ui';
import { attachmentUrl, isImage } from '../../api/upload';
import { messages } from '../../messages';
import styles from './Attachments.module.css';

export function Attachments({ attachments, onOpenImage }: { attachments: Attachment[]; onOpenImage(id: string): void }) {
  const t = useT(messages);
  const { formatBytes } = useFormat();
  if (attachments.length === 0) return null;
  const images = attachments.filter((attachment) => isImage(attachment.media_type));
  const files = attachments.filter((attachment) => !isImage(attachment.media_type));
  return (
    <div className={styles.attachments}>
      {images.length > 0 && (
        <ul className={styles.images}>
          {images.map((image) => (
            <li key={image.id}>
              <button type="button" className={styles.thumb} aria-label={t('openImage', { name: image.name })} onClick={() => onOpenImage(image.id)}>
                <img src={attachmentUrl(image)} alt="" loading="lazy" decoding="async" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {files.map((file) => (
        <a key={file.id} className={styles.file} href={attachmentUrl(file)} download={file.name}>
          <Icon name="file" size={20} />
          <span className={styles.fileWords}>
            <bdi className={styles.fileName}>{file.name}</bdi>
            <span className={styles.fileSize}>{formatBytes(file.size_bytes)}</span>
          </span>
          <Icon name="download" size={16} label={t('downloadFile')} />
        </a>
      ))}
    </div>
  );
}
