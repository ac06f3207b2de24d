import type { ButtonHTMLAttributes, Ref } from 'react';
import { cx } from './cx';
import { Icon, type IconName } from './Icon';
import { Spinner } from './Spinner';
import { Tooltip } from './Tooltip';
import styles from './Button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: 'primary' | 'secondary' | 'ghost' | 'danger' | 'dangerGhost';
  size?: 'md' | 'sm';
  icon?: IconName;
  /** Shows a spinner and takes no clicks; the label stays so that the width does. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant = 'secondary', size = 'md', icon, busy, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cx(styles.button, styles[variant], size === 'sm' && styles.sm, className)}
    >
      {busy ? <Spinner size={14} /> : icon && <Icon name={icon} size={size === 'sm' ? 15 : 16} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  icon: IconName;
  /** Its name for screen readers and its tooltip. */
  label: string;
  size?: 'md' | 'sm';
  active?: boolean;
  danger?: boolean;
  /** Leaves the tooltip out, e.g. where the button opens a menu that says the same. */
  plain?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, size = 'md', active, danger, plain, className, ...rest }: IconButtonProps) {
  const button = (
    <button
      type="button"
      {...rest}
      aria-label={label}
      className={cx(styles.iconButton, size === 'sm' && styles.iconSm, active && styles.active, danger && styles.iconDanger, className)}
    >
      <Icon name={icon} size={size === 'sm' ? 16 : 18} />
    </button>
  );
  return plain ? button : <Tooltip text={label}>{button}</Tooltip>;
}
