// A share of a whole as a thin bar below its figure.
import styles from './Meter.module.css';

export function Meter({ label, value, max = 1 }: { label: string; value: number; max?: number }) {
  return <meter className={styles.meter} aria-label={label} min={0} max={max} value={value} />;
}
