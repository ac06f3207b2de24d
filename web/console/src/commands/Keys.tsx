// The keys of a command, drawn as caps.
import { useT } from '../i18n';
import { capsOf } from './keys';
import { commandMessages } from './messages';
import styles from './KeyMap.module.css';

export function Keys({ keys }: { keys: string }) {
  const t = useT(commandMessages);
  return (
    <span className={styles.keys}>
      {capsOf(keys).map((cap, index) => (
        <span key={index} className={styles.part}>
          {index > 0 && <span className={styles.then}>{t('then')}</span>}
          <kbd className={styles.cap}>{cap}</kbd>
        </span>
      ))}
    </span>
  );
}
