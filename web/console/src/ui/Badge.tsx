import type { ReactNode } from 'react';
import { cx } from './cx';
import { Icon, type IconName } from './Icon';
import styles from './Badge.module.css';

export type Tone = 'neutral' | 'accent' | 'success' | 'warning' | 'danger' | 'info' | 'violet';

export function Badge({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: IconName; children: ReactNode }) {
  return (
    <span className={cx(styles.badge, styles[tone])}>
      {icon && <Icon name={icon} size={13} />}
      {children}
    </span>
  );
}

/** A number in a pill; nothing for zero, `99+` above. */
export function Count({ value, tone = 'neutral' }: { value: number; tone?: Tone }) {
  if (value <= 0) return null;
  return <span className={cx(styles.count, styles[tone])}>{value > 99 ? '99+' : value}</span>;
}
