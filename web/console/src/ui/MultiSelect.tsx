import { Select as Base } from '@base-ui/react/select';
import { cx } from './cx';
import { Icon } from './Icon';
import type { Option } from './Select';
import styles from './Select.module.css';

export interface MultiSelectProps<V extends string> {
  value: readonly V[];
  onChange: (value: V[]) => void;
  options: readonly Option<V>[];
  /** Shown while nothing is chosen. */
  placeholder: string;
  /** Where no Field names it. */
  label?: string;
  id?: string;
  disabled?: boolean;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

/** Any number of a list; it stays open until all are chosen. */
export function MultiSelect<V extends string>({ value, onChange, options, placeholder, label, disabled, ...control }: MultiSelectProps<V>) {
  const chosen = value.map((one) => options.find((option) => option.value === one)?.label ?? one);
  return (
    <Base.Root multiple value={[...value]} onValueChange={(next) => onChange(next as V[])} disabled={disabled ?? false}>
      <Base.Trigger {...control} {...(label ? { 'aria-label': label } : {})} className={styles.trigger}>
        <span className={cx(styles.value, chosen.length === 0 && styles.placeholder)}>{chosen.length === 0 ? placeholder : chosen.join('、')}</span>
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
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
