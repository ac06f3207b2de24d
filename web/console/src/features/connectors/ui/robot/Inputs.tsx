import { useState } from 'react';
import { useT } from '../../../../i18n';
import { Button, Checkbox, IconButton, Section, Select, TextInput, useRemoval } from '../../../../ui';
import type { Schema } from '../../../flows/model/document';
import { robotMessages } from '../../messages/robot';
import { inputsOf, schemaOf, type Input } from '../../model/routine';
import styles from './Robot.module.css';

const TYPES = ['string', 'integer', 'number', 'boolean'] as const;

export interface InputsProps {
  schema: Schema;
  /** How what is given is named where it is used. */
  hint: string;
  onChange: (schema: Schema) => void;
}

/** What a flow gives the operation, row by row. */
export function Inputs({ schema, hint, onChange }: InputsProps) {
  const t = useT(robotMessages);
  const removal = useRemoval();
  // A row without a name yet is no input, but stays on screen.
  const [rows, setRows] = useState(() => inputsOf(schema));
  const put = (next: Input[]) => {
    setRows(next);
    onChange(schemaOf(next));
  };
  const set = (index: number, next: Partial<Input>) => put(rows.map((row, at) => (at === index ? { ...row, ...next } : row)));
  return (
    <Section title={t('inputs')} description={hint}>
      {rows.map((row, index) => (
        <div key={index} className={styles.input}>
          <TextInput aria-label={t('inputName', { n: index + 1 })} placeholder={t('nameColumn')} spellCheck={false} maxLength={60} value={row.name} onChange={(event) => set(index, { name: event.target.value.replace(/[^A-Za-z0-9_]/g, '') })} />
          <TextInput aria-label={t('inputTitle', { n: index + 1 })} placeholder={t('titleColumn')} maxLength={100} value={row.title} onChange={(event) => set(index, { title: event.target.value })} />
          <Select<Input['type']> label={t('inputType', { n: index + 1 })} value={row.type} onChange={(type) => set(index, { type })} options={TYPES.map((value) => ({ value, label: t(`type_${value}`) }))} />
          <Checkbox label={t('needed')} checked={row.required} onChange={(required) => set(index, { required })} />
          <IconButton icon="trash" size="sm" label={t('removeInput', { n: index + 1 })} {...removal.button} onClick={() => removal.remove(index, () => put(rows.filter((_, at) => at !== index)))} />
        </div>
      ))}
      <span>
        <Button size="sm" icon="plus" {...removal.add} onClick={() => put([...rows, { name: '', title: '', type: 'string', required: true }])}>
          {t('addInput')}
        </Button>
      </span>
    </Section>
  );
}
