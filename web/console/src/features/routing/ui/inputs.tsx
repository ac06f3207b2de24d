// Inputs of numbers, lengths of time and lists of words. What is half typed stays as it is until the field is left.
import { useState } from 'react';
import { useT } from '../../../i18n';
import { Select, TextInput, type ControlProps } from '../../../ui';
import { fromHuman, toHuman, UNITS, type Unit } from '../../flows/model/duration';
import { editorMessages } from '../messages/editor';
import styles from './Editor.module.css';

interface InputProps<V> {
  control: Partial<ControlProps>;
  /** Where no Field names it. */
  label?: string;
  value: V;
  onChange(value: V): void;
}

const named = (label: string | undefined) => (label === undefined ? {} : { 'aria-label': label });

export function NumberInput({ control, label, value, onChange, unit, decimals = false }: InputProps<number> & { unit?: string; decimals?: boolean }) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <span className={styles.number}>
      <TextInput
        {...control}
        {...named(label)}
        inputMode="decimal"
        value={typed ?? String(value)}
        onChange={(event) => {
          const text = event.target.value;
          const number = Number(text);
          setTyped(text);
          if (text.trim() !== '' && Number.isFinite(number)) onChange(decimals ? number : Math.round(number));
        }}
        onBlur={() => setTyped(null)}
      />
      {unit && <span className={styles.unit}>{unit}</span>}
    </span>
  );
}

/** A number and a unit, kept as seconds; empty is none where that is allowed. */
export function SecondsInput({ control, label, value, onChange, placeholder }: InputProps<number | null> & { label: string; placeholder?: string }) {
  const t = useT(editorMessages);
  const [typed, setTyped] = useState<string | null>(null);
  const [wished, setWished] = useState<Unit | null>(null);
  const unit = wished ?? (value === null || value === 0 ? 'minute' : toHuman(value * 1_000).unit);
  const amount = value === null ? '' : String(Number(((value * 1_000) / UNITS[unit]).toFixed(3)));
  const seconds = (number: number, of: Unit) => Math.round(fromHuman(number, of) / 1_000);
  return (
    <span className={styles.duration}>
      <TextInput
        {...control}
        aria-label={label}
        inputMode="decimal"
        placeholder={placeholder}
        value={typed ?? amount}
        onChange={(event) => {
          const text = event.target.value;
          setTyped(text);
          setWished(unit);
          if (text.trim() === '') {
            if (placeholder !== undefined) onChange(null);
          } else if (Number(text) >= 0) onChange(seconds(Number(text), unit));
        }}
        onBlur={() => setTyped(null)}
      />
      <Select<Unit>
        label={`${label}: ${t('unit')}`}
        value={unit}
        onChange={(next) => {
          setWished(next);
          if (value !== null) onChange(seconds((value * 1_000) / UNITS[unit], next));
        }}
        options={(Object.keys(UNITS) as Unit[]).map((one) => ({ value: one, label: t(`unit_${one}`) }))}
      />
    </span>
  );
}

/** Words with commas between them. */
export function WordsInput({ control, label, value, onChange }: InputProps<string[]>) {
  const t = useT(editorMessages);
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextInput
      {...control}
      {...named(label)}
      placeholder={t('commaWords')}
      value={typed ?? value.join(', ')}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(event.target.value.split(/[,，、;；]/).map((one) => one.trim()).filter((one) => one !== ''));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
