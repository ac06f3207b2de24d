import { useState } from 'react';
import { useT } from '../../../../i18n';
import type { ControlProps } from '../../../../ui';
import { same } from '../../model/diff';
import type { Json } from '../../model/document';
import { editorMessages } from '../../messages/editor';
import { ExpressionInput } from './ExpressionInput';
import styles from './Panel.module.css';

export interface JsonInputProps {
  control: Partial<ControlProps>;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  disabled?: boolean;
  label?: string;
}

const print = (value: Json | undefined): string => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2));

/** Structured data as JSON, in whose texts templates may stand. A single template needs no quotes. */
export function JsonInput({ control, value, onChange, disabled = false, label }: JsonInputProps) {
  const t = useT(editorMessages);
  const [text, setText] = useState(print(value));
  const [mine, setMine] = useState(value);
  const [wrong, setWrong] = useState(false);
  // Changed elsewhere: undone, or another node is shown.
  if (!same(mine, value)) {
    setMine(value);
    setText(print(value));
    setWrong(false);
  }
  function change(next: string) {
    setText(next);
    const parsed = parse(next);
    setWrong(parsed === 'wrong');
    if (parsed === 'wrong') return;
    setMine(parsed?.value);
    onChange(parsed?.value);
  }
  return (
    <>
      <ExpressionInput control={control} kind="template" rows={Math.min(20, Math.max(3, text.split('\n').length + 1))} value={text} onChange={change} placeholder={'{ "order_id": "{{ order_id }}" }'} disabled={disabled} {...(label ? { label } : {})} />
      {wrong && <p className={styles.wrong}>{t('badJson')}</p>}
    </>
  );
}

function parse(text: string): { value: Json } | null | 'wrong' {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  try {
    return { value: JSON.parse(trimmed) as Json };
  } catch {
    // A template alone, or plain words: a text. What begins like JSON is JSON not yet finished.
    return /^\{\{|^[^{["]/.test(trimmed) ? { value: text } : 'wrong';
  }
}
