import { useT } from '../../../../i18n';
import { Select, TextInput, type ControlProps } from '../../../../ui';
import type { Json, Variable } from '../../model/document';
import { parseValue, printValue, shownText } from '../../model/values';
import { editorMessages } from '../../messages/editor';
import { useEditor, useTyped } from '../editor/context';

export interface DefaultInputProps {
  control: Partial<ControlProps>;
  label?: string;
  placeholder?: string;
  variable: Variable;
  /** There must be one: emptying the field takes none away. */
  required?: boolean;
  /** Null is none. */
  onChange: (value: Json) => void;
  disabled?: boolean;
}

/** The default of a variable, typed as people type it. Only values of its type come into the document. */
export function DefaultInput({ control, label, placeholder, variable, required = false, onChange, disabled = false }: DefaultInputProps) {
  const t = useT(editorMessages);
  const editor = useEditor();
  const typed = useTyped();
  const { name, type } = variable;
  const value = variable.default ?? null;
  if (type === 'boolean') {
    const options = [
      ...(required ? [] : [{ value: '', label: t('noDefault') }]),
      { value: 'true', label: t('true') },
      { value: 'false', label: t('false') },
    ];
    return <Select {...control} {...(label ? { label } : {})} disabled={disabled} value={printValue(value)} onChange={(next) => onChange(next === '' ? null : next === 'true')} options={options} />;
  }
  function change(text: string) {
    const parsed = parseValue(text, type);
    const kept = parsed === undefined || (parsed === null && required);
    editor.type(name, { text, value: kept ? value : parsed });
    if (!kept) onChange(parsed);
  }
  const isNumber = type === 'number' || type === 'integer';
  return <TextInput {...control} {...(label ? { 'aria-label': label } : {})} placeholder={placeholder} inputMode={isNumber ? 'decimal' : 'text'} disabled={disabled} value={shownText(variable, typed[name])} onChange={(event) => change(event.target.value)} />;
}
