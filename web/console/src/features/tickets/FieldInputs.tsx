// What a kind of ticket asks for, as a form.
import type { TicketFieldView } from '@qingniao/shared/ticket';
import { useLanguage, useT } from '../../i18n';
import { Field, Select, TextInput, type ControlProps } from '../../ui';
import { ticketMessages } from './messages';

export type FieldValues = Record<string, unknown>;

export interface FieldInputsProps {
  fields: readonly TicketFieldView[];
  values: FieldValues;
  errorOf: (name: string) => string | undefined;
  /** Null empties a field. */
  onChange: (name: string, value: unknown) => void;
}

export function FieldInputs({ fields, values, errorOf, onChange }: FieldInputsProps) {
  const language = useLanguage();
  return fields.map((field) => (
    <Field key={field.name} label={language === 'zh-CN' ? field.zh : field.en} optional={!field.required} error={errorOf(field.name)}>
      {(control) => <Input control={control} field={field} value={values[field.name]} onChange={(value) => onChange(field.name, value)} />}
    </Field>
  ));
}

interface InputProps {
  control: ControlProps;
  field: TicketFieldView;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Input({ control, field, value, onChange }: InputProps) {
  const t = useT(ticketMessages);
  if (field.kind === 'choice' || field.kind === 'boolean') {
    const choices = field.kind === 'choice' ? field.choices.map((choice) => ({ value: choice, label: choice })) : [{ value: 'true', label: t('yes') }, { value: 'false', label: t('no') }];
    const chosen = value === undefined || value === null ? '' : String(value);
    const take = (next: string) => onChange(next === '' ? null : field.kind === 'boolean' ? next === 'true' : next);
    return <Select {...control} value={chosen} onChange={take} options={[{ value: '', label: t('notSet') }, ...choices]} />;
  }
  if (field.kind === 'number') {
    const take = (text: string) => onChange(text.trim() === '' ? null : Number(text));
    return <TextInput {...control} type="number" step="any" inputMode="decimal" defaultValue={typeof value === 'number' ? String(value) : ''} onChange={(event) => take(event.target.value)} />;
  }
  return <TextInput {...control} maxLength={2000} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)} />;
}

/** Fields that are asked for and not filled in. */
export function missingFields(fields: readonly TicketFieldView[], values: FieldValues): string[] {
  const isEmpty = (value: unknown) => value === undefined || value === null || value === '' || Number.isNaN(value);
  return fields.filter((field) => field.required && isEmpty(values[field.name])).map((field) => field.name);
}

/** Without what was left empty. */
export const filled = (values: FieldValues): FieldValues => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
