import { useT } from '../i18n';
import { uiMessages } from './messages';
import styles from './Spinner.module.css';

/** Decorative inside a button; `Loading` is the spoken one. */
export function Spinner({ size = 18 }: { size?: number }) {
  return (
    <svg className={styles.spinner} width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <circle cx="12" cy="12" r="9" stroke="currentColor" strokeWidth="2.5" opacity="0.22" />
      <path d="M21 12a9 9 0 0 0-9-9" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" />
    </svg>
  );
}

/** Appears after a moment, so that quick answers do not flicker. */
export function Loading() {
  const t = useT(uiMessages);
  return (
    <div className={styles.loading} role="status">
      <Spinner />
      <span className="visually-hidden">{t('loading')}</span>
    </div>
  );
}
