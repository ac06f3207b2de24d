import { useId, useRef } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Button, TextInput, type ControlProps } from '../../../../ui';
import { labelOf } from '../../model/document';
import { setVariables } from '../../model/edit';
import { editorMessages } from '../../messages/editor';
import { useDocument, useEditor } from '../editor/context';
import styles from './Panel.module.css';

export interface VariableInputProps {
  control: Partial<ControlProps>;
  value: string;
  onChange: (value: string) => void;
  label?: string;
  disabled?: boolean;
}

/** The name of a variable, existing or, with a press, new. */
export function VariableInput({ control, value, onChange, label, disabled = false }: VariableInputProps) {
  const t = useT(editorMessages);
  const editor = useEditor();
  const document = useDocument();
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const english = useLanguage() === 'en';
  const variables = document.variables ?? [];
  const isNew = /^[A-Za-z_]\w*$/.test(value) && !variables.some((variable) => variable.name === value);
  function make() {
    editor.apply(setVariables(editor.document, [...variables, { name: value, type: 'any' }]));
    // The button is gone with that.
    input.current?.focus();
  }
  return (
    <>
      <TextInput {...control} ref={input} {...(label ? { 'aria-label': label } : {})} disabled={disabled} list={list} autoComplete="off" value={value} onChange={(event) => onChange(event.target.value.trim())} />
      <datalist id={list}>
        {variables.map((variable) => (
          <option key={variable.name} value={variable.name} label={labelOf(variables, variable.name, english)} />
        ))}
      </datalist>
      {isNew && !disabled && (
        <Button size="sm" variant="ghost" icon="plus" className={styles.inline ?? ''} onClick={make}>
          {t('makeVariable', { name: value })}
        </Button>
      )}
    </>
  );
}
