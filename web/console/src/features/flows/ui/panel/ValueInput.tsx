import { useState } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Select, TextInput, type ControlProps } from '../../../../ui';
import type { Choice, Json, VariableType } from '../../model/document';
import { parseValue, printValue } from '../../model/values';
import { editorMessages } from '../../messages/editor';

export interface ValueInputProps {
  control: Partial<ControlProps>;
  label?: string;
  placeholder?: string;
  type: VariableType;
  value: Json;
  /** The only values there may be. */
  choices?: readonly Choice[] | undefined;
  /** Null is none. */
  onChange: (value: Json) => void;
  disabled?: boolean;
}

/** A value of a variable's type, typed as people type it. */
export function ValueInput({ control, label, placeholder, type, value, choices = [], onChange, disabled = false }: ValueInputProps) {
  const t = useT(editorMessages);
  const english = useLanguage() === 'en';
  const [text, setText] = useState(printValue(value));
  const [mine, setMine] = useState(value);
  if (printValue(mine) !== printValue(value)) {
    setMine(value);
    setText(printValue(value));
  }
  if (type === 'boolean') {
    const options = [
      { value: '', label: t('noDefault') },
      { value: 'true', label: t('true') },
      { value: 'false', label: t('false') },
    ];
    return <Select {...control} {...(label ? { label } : {})} disabled={disabled} value={printValue(value)} onChange={(next) => onChange(next === '' ? null : next === 'true')} options={options} />;
  }
  if (choices.length > 0) {
    const options = choices.map((one) => ({ value: one.value, label: (english ? one.en || one.zh : one.zh || one.en) || one.value }));
    return <Select {...control} {...(label ? { label } : {})} disabled={disabled} value={printValue(value)} onChange={(next) => onChange(next === '' ? null : next)} options={[{ value: '', label: t('noDefault') }, ...options]} />;
  }
  function change(next: string) {
    setText(next);
    const parsed = parseValue(next, type);
    if (parsed === undefined) return;
    setMine(parsed);
    onChange(parsed);
  }
  const isNumber = type === 'number' || type === 'integer';
  return <TextInput {...control} {...(label ? { 'aria-label': label } : {})} placeholder={placeholder} inputMode={isNumber ? 'decimal' : 'text'} disabled={disabled} value={text} onChange={(event) => change(event.target.value)} />;
}
