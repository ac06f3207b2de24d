// The control for one question of a form.
import { useState } from 'react';
import type { FormFieldView } from '@qingniao/shared/form';
import { useT } from '../../i18n';
import { Select, TextArea, TextInput, type ControlProps } from '../../ui';
import type { Json } from '../flows/model/document';
import { parseValue, printValue } from '../flows/model/values';
import { formMessages } from './messages';

export interface AnswerInputProps {
  control: ControlProps;
  field: FormFieldView;
  /** Null: nothing is answered. What is no value of its type stays as typed, for the server to tell. */
  onChange: (answer: Json) => void;
}

export function AnswerInput({ control, field, onChange }: AnswerInputProps) {
  const t = useT(formMessages);
  const [text, setText] = useState(() => shown(field));
  const change = (next: string) => {
    setText(next);
    onChange(answerOf(field, next));
  };
  if (field.type === 'boolean' || field.choices.length > 0) {
    const yesOrNo = [
      { value: 'true', label: t('yes') },
      { value: 'false', label: t('no') },
    ];
    const options = field.type === 'boolean' ? yesOrNo : field.choices;
    return <Select {...control} value={text} onChange={change} options={field.required ? [{ value: '', label: t('choose') }, ...options] : options} />;
  }
  switch (field.type) {
    case 'text':
      return <TextArea {...control} rows={2} required={field.required} value={text} onChange={(event) => change(event.target.value)} />;
    case 'time':
      return <TextInput {...control} type="datetime-local" required={field.required} value={text} onChange={(event) => change(event.target.value)} />;
    default:
      return <TextInput {...control} inputMode="decimal" required={field.required} value={text} onChange={(event) => change(event.target.value)} />;
  }
}

/** The default as it would be typed. */
function shown({ type, default: value }: FormFieldView): string {
  if (type !== 'time') return printValue((value ?? null) as Json);
  const at = typeof value === 'string' ? new Date(value) : null;
  if (at === null || Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function answerOf({ type }: FormFieldView, text: string): Json {
  if (type === 'boolean') return text === '' ? null : text === 'true';
  if (type === 'time') {
    const at = new Date(text);
    return text === '' ? null : Number.isNaN(at.getTime()) ? text : at.toISOString();
  }
  const parsed = parseValue(text, type);
  return parsed === undefined ? text : parsed;
}
