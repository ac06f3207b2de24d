// Lists inside a form: names with values, and rows of fields.
import { useLanguage, useT } from '../../../../i18n';
import { Button, IconButton, Select, TextInput, useRemoval } from '../../../../ui';
import type { Json, JsonObject } from '../../model/document';
import type { FormField } from '../../model/form';
import { label as labelOf, optionLabel } from '../../model/words';
import { editorMessages } from '../../messages/editor';
import { ExpressionInput } from './ExpressionInput';
import { PictureInput } from './PictureInput';
import { VariableInput } from './VariableInput';
import styles from './Panel.module.css';

const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));

export interface MapRowsProps {
  label: string;
  value: JsonObject;
  onChange: (value: Json | undefined) => void;
  readOnly: boolean;
}

export function MapRows({ label, value, onChange, readOnly }: MapRowsProps) {
  const t = useT(editorMessages);
  const removal = useRemoval();
  const entries = Object.entries(value);
  const set = (next: [string, Json][]) => onChange(next.length > 0 ? Object.fromEntries(next) : undefined);
  return (
    <div className={styles.rows}>
      {entries.map(([name, one], index) => (
        <div key={index} className={styles.row}>
          <TextInput disabled={readOnly} aria-label={`${label} ${index + 1}: ${t('name')}`} value={name} onChange={(event) => set(entries.map((entry, at) => (at === index ? [event.target.value, entry[1]] : entry)))} />
          <ExpressionInput disabled={readOnly} kind="template" rows={2} control={{}} label={`${label} ${index + 1}: ${t('value')}`} value={asText(one)} onChange={(text) => set(entries.map((entry, at) => (at === index ? [entry[0], text] : entry)))} />
          {!readOnly && <IconButton icon="trash" size="sm" label={t('removeRow', { n: index + 1 })} {...removal.button} onClick={() => removal.remove(index, () => set(entries.filter((_, at) => at !== index)))} />}
        </div>
      ))}
      {!readOnly && (
        <Button size="sm" icon="plus" {...removal.add} onClick={() => set([...entries, [`${t('name')}_${entries.length + 1}`, '']])}>
          {t('addRow')}
        </Button>
      )}
    </div>
  );
}

export interface ObjectRowsProps {
  label: string;
  fields: readonly FormField[];
  value: readonly Json[];
  onChange: (value: Json | undefined) => void;
  readOnly: boolean;
}

export function ObjectRows({ label, fields, value, onChange, readOnly }: ObjectRowsProps) {
  const t = useT(editorMessages);
  const language = useLanguage();
  const removal = useRemoval();
  const rows = value.map((one) => (one && typeof one === 'object' && !Array.isArray(one) ? one : {}));
  const set = (index: number, name: string, text: string) => onChange(rows.map((row, at) => (at === index ? { ...row, [name]: text } : row)));
  const blank = Object.fromEntries(fields.map((field) => [field.name, field.control.is === 'choice' ? (field.control.options[0]?.value ?? '') : '']));
  return (
    <div className={styles.rows}>
      {rows.map((row, index) => (
        <div key={index} className={styles.card}>
          {fields.map((field) => {
            const shown = labelOf(field.words, field.name, language);
            const name = `${label} ${index + 1}: ${shown}`;
            const text = asText(row[field.name]);
            const change = (next: string) => set(index, field.name, next);
            if (field.control.is === 'expression' || field.control.is === 'template') return <ExpressionInput key={field.name} disabled={readOnly} kind={field.control.is} rows={2} control={{}} label={name} placeholder={shown} value={text} onChange={change} />;
            if (field.control.is === 'picture') return <PictureInput key={field.name} disabled={readOnly} label={name} placeholder={shown} value={text} alt={asText(row.alt)} onChange={change} />;
            if (field.control.is === 'choice') {
              const options = field.control.options.map((one) => ({ value: one.value, label: optionLabel(one, language) }));
              return <Select key={field.name} size="sm" disabled={readOnly} label={name} value={text === '' ? (options[0]?.value ?? '') : text} onChange={change} options={options} />;
            }
            if (field.control.is === 'variable') return <VariableInput key={field.name} disabled={readOnly} control={{}} label={name} value={text} onChange={change} />;
            return <TextInput key={field.name} disabled={readOnly} aria-label={name} placeholder={shown} value={text} onChange={(event) => change(event.target.value)} />;
          })}
          {!readOnly && <IconButton icon="trash" size="sm" label={t('removeRow', { n: index + 1 })} {...removal.button} onClick={() => removal.remove(index, () => onChange(rows.filter((_, at) => at !== index)))} />}
        </div>
      ))}
      {!readOnly && (
        <Button size="sm" icon="plus" {...removal.add} onClick={() => onChange([...rows, blank])}>
          {t('addRow')}
        </Button>
      )}
    </div>
  );
}
