import { useLanguage, useT } from '../../../../i18n';
import { useState } from 'react';
import { Select, TextInput, type ControlProps } from '../../../../ui';
import { UNITS, fromHuman, toHuman, type Unit } from '../../model/duration';
import { editorMessages } from '../../messages/editor';
import styles from './Panel.module.css';

export interface DurationInputProps {
  control: Partial<ControlProps>;
  /** Names both parts for screen readers. */
  label: string;
  /** Milliseconds; null is none. */
  value: number | null;
  onChange: (ms: number | null) => void;
  disabled?: boolean;
}

/** A number and a unit. */
export function DurationInput({ control, label, value, onChange, disabled = false }: DurationInputProps) {
  const t = useT(editorMessages);
  useLanguage();
  const known = value === null ? null : toHuman(value);
  const [wished, setWished] = useState<Unit | null>(null);
  const unit = wished ?? known?.unit ?? 'minute';
  const amount = value === null ? '' : String(Number((value / UNITS[unit]).toFixed(3)));
  return (
    <div className={styles.duration}>
      <TextInput
        {...control}
        inputMode="decimal"
        disabled={disabled}
        value={amount}
        onChange={(event) => {
          const number = Number(event.target.value);
          setWished(unit);
          if (event.target.value.trim() === '') onChange(null);
          else if (number >= 0) onChange(fromHuman(number, unit));
        }}
      />
      <Select<Unit>
        label={`${label}: ${t('unit')}`}
        disabled={disabled}
        value={unit}
        onChange={(next) => {
          setWished(next);
          if (value !== null) onChange(fromHuman(value / UNITS[unit], next));
        }}
        options={(Object.keys(UNITS) as Unit[]).map((one) => ({ value: one, label: t(`unit_${one}`) }))}
      />
    </div>
  );
}
