// A form for what an operation asks, made from its JSON Schema: one field for each input. What is no simple value is written as JSON.
import { useState } from 'react';
import { useLanguage, useT } from '../../../i18n';
import { Field, Select, TextArea, TextInput, type ControlProps } from '../../../ui';
import type { Json, Schema } from '../../flows/model/document';
import { connectorMessages } from '../messages/connectors';
import styles from './Connectors.module.css';

type Values = Record<string, Json>;

export interface InputFormProps {
  schema: unknown;
  value: Values;
  onChange: (value: Values) => void;
}

export function InputForm({ schema, value, onChange }: InputFormProps) {
  const t = useT(connectorMessages);
  const language = useLanguage();
  const whole = (schema ?? {}) as Schema;
  const fields = Object.entries(whole.properties ?? {});
  if (fields.length === 0) return <p className={styles.quiet}>{t('noInput')}</p>;
  const set = (name: string, next: Json | undefined) => {
    const { [name]: _old, ...rest } = value;
    onChange(next === undefined ? rest : { ...value, [name]: next });
  };
  return (
    <div className={styles.form}>
      {fields.map(([name, of]) => (
        <Field key={name} label={titleOf(name, of, language)} hint={of.description} optional={!whole.required?.includes(name)}>
          {(control) => <Control control={control} schema={of} value={value[name]} onChange={(next) => set(name, next)} />}
        </Field>
      ))}
    </div>
  );
}

/** A routine's inputs have titles in both languages; others are called what the service calls them. */
function titleOf(name: string, schema: Schema, language: string): string {
  const words = schema['x-qn'];
  return (words && (language === 'en' ? words.en || words.zh : words.zh || words.en)) || name;
}

interface ControlFields {
  control: ControlProps;
  schema: Schema;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

function Control({ control, schema, value, onChange }: ControlFields) {
  const t = useT(connectorMessages);
  const type = [schema.type].flat().find((one) => one !== 'null');
  const choices = schema.enum ?? (type === 'boolean' ? [true, false] : null);
  if (choices) {
    const word = (one: Json) => (one === true ? t('yes') : one === false ? t('no') : String(one));
    const options = [{ value: '', label: t('notSet') }, ...choices.map((one) => ({ value: JSON.stringify(one), label: word(one) }))];
    return <Select {...control} value={value === undefined ? '' : JSON.stringify(value)} onChange={(next) => onChange(next === '' ? undefined : (JSON.parse(next) as Json))} options={options} />;
  }
  if (type === 'number' || type === 'integer') return <NumberInput control={control} value={value} onChange={onChange} />;
  if (type === 'string' || type === undefined) return <TextInput {...control} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)} />;
  return <JsonField control={control} value={value} onChange={onChange} />;
}

function NumberInput({ control, value, onChange }: Omit<ControlFields, 'schema'>) {
  const [text, setText] = useState(value === undefined ? '' : String(value));
  function change(next: string) {
    setText(next);
    const number = Number(next);
    onChange(next.trim() === '' || Number.isNaN(number) ? undefined : number);
  }
  return <TextInput {...control} inputMode="decimal" value={text} onChange={(event) => change(event.target.value)} />;
}

function JsonField({ control, value, onChange }: Omit<ControlFields, 'schema'>) {
  const t = useT(connectorMessages);
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const [isWrong, setWrong] = useState(false);
  function change(next: string) {
    setText(next);
    try {
      onChange(next.trim() === '' ? undefined : (JSON.parse(next) as Json));
      setWrong(false);
    } catch {
      setWrong(true);
    }
  }
  return (
    <>
      <TextArea {...control} rows={4} spellCheck={false} value={text} onChange={(event) => change(event.target.value)} />
      {isWrong && <p className={styles.faults}>{t('badJson')}</p>}
    </>
  );
}
