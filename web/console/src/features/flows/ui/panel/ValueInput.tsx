import { useState } from 'react';
import { useT } from '../../../../i18n';
import { Select, TextInput, type ControlProps } from '../../../../ui';
import type { Json, VariableType } from '../../model/document';
import { parseValue, printValue } from '../../model/values';
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

/** A value of a variable's type, typed as people type it. */
export function ValueInput({ control, label, placeholder, type, value, onChange, disabled = false }: ValueInputProps) {
  const t = useT(editorMessages);
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
