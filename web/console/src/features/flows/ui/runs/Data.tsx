import styles from './Run.module.css';

/** Data as it is; nothing at all for none. */
export function Data({ label, value }: { label?: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <div className={styles.data}>
      {label && <h3 className={styles.dataLabel}>{label}</h3>}
      <pre className={styles.json} tabIndex={0} aria-label={label}>
        {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
      </pre>
    </div>
  );
}
