import { Select as Base } from '@base-ui/react/select';
import { useT } from '../i18n';
import { cx } from './cx';
import { Icon } from './Icon';
import { uiMessages } from './messages';
import styles from './Select.module.css';

export interface Option<V extends string> {
  value: V;
  label: string;
  hint?: string;
}

export interface SelectProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  options: readonly Option<V>[];
  /** Where no Field names it. */
  label?: string;
  id?: string;
  size?: 'md' | 'sm';
  disabled?: boolean;
  className?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

export function Select<V extends string>({ value, onChange, options, label, size = 'md', className, disabled, ...control }: SelectProps<V>) {
  const t = useT(uiMessages);
  const chosen = options.find((option) => option.value === value);
  return (
    <Base.Root value={value} onValueChange={(next) => next !== null && onChange(next as V)} disabled={disabled ?? false}>
      <Base.Trigger {...control} {...(label ? { 'aria-label': label } : {})} className={cx(styles.trigger, size === 'sm' && styles.sm, className)}>
        <span className={cx(styles.value, !chosen && styles.placeholder)}>{chosen?.label ?? t('choose')}</span>
        <Icon name="chevronDown" size={15} />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className={styles.positioner}>
          <Base.Popup className={styles.popup}>
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value} className={styles.item}>
                <span className={styles.tick}>
                  <Base.ItemIndicator>
                    <Icon name="check" size={15} />
                  </Base.ItemIndicator>
                </span>
                <span className={styles.text}>
                  <Base.ItemText>{option.label}</Base.ItemText>
                  {option.hint && <small className={styles.hint}>{option.hint}</small>}
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
