import { useId, type ReactNode } from 'react';
import { Switch as Base } from '@base-ui/react/switch';
import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Icon } from './Icon';
import styles from './Switch.module.css';

export interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  hint?: ReactNode;
  disabled?: boolean;
}

/** A setting that is on or off, its words at the left and the switch at the right. */
export function Switch({ checked, onChange, label, hint, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <span id={id} className={styles.label}>
          {label}
        </span>
        {hint && (
          <span id={`${id}-hint`} className={styles.hint}>
            {hint}
          </span>
        )}
      </div>
      <Base.Root
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-labelledby={id}
        {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
        className={styles.switch}
      >
        <Base.Thumb className={styles.thumb} />
      </Base.Root>
    </div>
  );
}

export function Checkbox({ checked, onChange, label, hint, disabled = false }: SwitchProps) {
  return (
    <label className={styles.check}>
      <BaseCheckbox.Root checked={checked} onCheckedChange={onChange} disabled={disabled} className={styles.box}>
        <BaseCheckbox.Indicator className={styles.mark}>
          <Icon name="check" size={13} />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <span className={styles.words}>
        <span>{label}</span>
        {hint && <span className={styles.hint}>{hint}</span>}
      </span>
    </label>
  );
}
