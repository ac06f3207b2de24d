import { useState } from 'react';
import { useT } from '../../../../i18n';
import { Select, TextInput, type ControlProps } from '../../../../ui';
import type { Json, VariableType } from '../../model/document';
import { editorMessages } from '../../messages/editor';

export interface ValueInputProps {
  control: Partial<ControlProps>;
  label?: string;
  placeholder?: string;
  type: VariableType;
  value: Json;
  /** Null is none. */
  onChange: (value: Json) => void;
  disabled?: boolean;
}

const print = (value: Json): string => (value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** A value of a variable's type, typed as people type it. */
export function ValueInput({ control, label, placeholder, type, value, onChange, disabled = false }: ValueInputProps) {
  const t = useT(editorMessages);
  const [text, setText] = useState(print(value));
  const [mine, setMine] = useState(value);
  if (print(mine) !== print(value)) {
    setMine(value);
    setText(print(value));
  }
  if (type === 'boolean') {
    const options = [
      { value: '', label: t('noDefault') },
      { value: 'true', label: t('true') },
      { value: 'false', label: t('false') },
    ];
    return <Select {...control} {...(label ? { label } : {})} disabled={disabled} value={print(value)} onChange={(next) => onChange(next === '' ? null : next === 'true')} options={options} />;
  }
  function change(next: string) {
    setText(next);
    const parsed = parse(next, type);
    if (parsed === undefined) return;
    setMine(parsed);
    onChange(parsed);
  }
  const isNumber = type === 'number' || type === 'integer';
  return <TextInput {...control} {...(label ? { 'aria-label': label } : {})} placeholder={placeholder} inputMode={isNumber ? 'decimal' : 'text'} disabled={disabled} value={text} onChange={(event) => change(event.target.value)} />;
}

/** Undefined while it is not a value of the type yet. */
function parse(text: string, type: VariableType): Json | undefined {
  if (text.trim() === '') return null;
  if (type === 'text' || type === 'time') return text;
  if (type === 'number' || type === 'integer') {
    const number = Number(text);
    return Number.isNaN(number) || (type === 'integer' && !Number.isInteger(number)) ? undefined : number;
  }
  try {
    return JSON.parse(text) as Json;
  } catch {
    return type === 'any' ? text : undefined;
  }
}
