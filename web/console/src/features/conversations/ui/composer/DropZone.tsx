// Takes files dragged over the thread. Only files: text and links dragged about stay the browser's business.
import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useT } from '../../../../i18n';
import { Icon } from '../../../../ui';
import { messages } from '../../messages';
import styles from './Composer.module.css';

function hasFiles(event: DragEvent): boolean {
  return [...event.dataTransfer.types].includes('Files');
}

export function DropZone({ onFiles, children }: { onFiles(files: File[]): void; children: ReactNode }) {
  const t = useT(messages);
  const [over, setOver] = useState(false);
  // Entering a child leaves its parent: only the count tells when the zone itself is left.
  const depth = useRef(0);
  const leave = (): void => {
    depth.current = 0;
    setOver(false);
  };
  return (
    <div
      className={styles.dropZone}
      onDragEnter={(event) => {
        if (!hasFiles(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => {
        if (hasFiles(event)) event.preventDefault();
      }}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        leave();
        onFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over && (
        <div className={styles.dropHere}>
          <Icon name="attach" size={26} />
          {t('dropHere')}
        </div>
      )}
    </div>
  );
}
