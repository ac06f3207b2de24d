// One setting of a node, with the control its schema asks for.
import { useLanguage, useT } from '../../../../i18n';
import { Field, FieldSet, Select, Switch, TextArea, TextInput, type ControlProps } from '../../../../ui';
import type { Json, JsonObject } from '../../model/document';
import type { FormField } from '../../model/form';
import { fieldHint, fieldLabel, valueLabel } from '../../model/words';
import { editorMessages } from '../../messages/editor';
import { DurationInput } from './DurationInput';
import { ExpressionInput } from './ExpressionInput';
import { JsonInput } from './JsonInput';
import { MapRows, ObjectRows } from './Rows';
import { VariableInput } from './VariableInput';

export interface SettingFieldProps {
  kind: string;
  field: FormField;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  error?: string | undefined;
  readOnly: boolean;
}

const LOCAL: Record<string, readonly string[]> = { 'ask.valid': ['answer'], 'call.take': ['answer', 'answer.status', 'answer.body'], 'connect.take': ['answer'] };

export function SettingField({ kind, field, value, onChange, error, readOnly }: SettingFieldProps) {
  const language = useLanguage();
  const label = fieldLabel(kind, field.name, language);
  const hint = fieldHint(kind, field.name, field.about, language);
  const { control } = field;
  const shown = value === undefined || value === null ? (field.default ?? undefined) : value;
  if (control.is === 'boolean') return <Switch label={label} hint={hint} disabled={readOnly} checked={shown === true} onChange={onChange} />;
  if (control.is === 'map' || control.is === 'rows') {
    return (
      <FieldSet legend={label} hint={hint}>
        {control.is === 'map' ? (
          <MapRows label={label} value={isObject(shown) ? shown : {}} onChange={onChange} readOnly={readOnly} />
        ) : (
          <ObjectRows kind={kind} label={label} fields={control.fields} value={Array.isArray(shown) ? shown : []} onChange={onChange} readOnly={readOnly} />
        )}
      </FieldSet>
    );
  }
  return (
    <Field label={label} hint={hint} error={error} optional={!field.required}>
      {(props) => <Control kind={kind} field={field} value={shown} onChange={onChange} props={props} label={label} readOnly={readOnly} />}
    </Field>
  );
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const asText = (value: Json | undefined): string => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

interface InnerProps extends Omit<SettingFieldProps, 'error'> {
  props: ControlProps;
  label: string;
}

function Control({ kind, field, value, onChange, props, label, readOnly }: InnerProps) {
  const language = useLanguage();
  const t = useT(editorMessages);
  const { control } = field;
  /** What may be absent is absent when empty; what must be there stays an empty text until it is filled in. */
  const setText = (text: string) => onChange(text === '' && !field.required ? undefined : text);
  switch (control.is) {
    case 'choice':
      return <Select {...props} disabled={readOnly} value={asText(value)} onChange={onChange} options={control.values.map((one) => ({ value: one, label: valueLabel(one, language) }))} />;
    case 'expression':
    case 'template':
      return <ExpressionInput control={props} kind={control.is} rows={rowsOf(field.name)} value={asText(value)} onChange={setText} local={LOCAL[`${kind}.${field.name}`] ?? []} disabled={readOnly} />;
    case 'variable':
      return <VariableInput control={props} value={asText(value)} onChange={setText} disabled={readOnly} />;
    case 'duration':
      return <DurationInput control={props} label={label} value={typeof value === 'number' ? value : null} onChange={(ms) => onChange(ms ?? undefined)} disabled={readOnly} />;
    case 'integer':
    case 'number':
      return <TextInput {...props} disabled={readOnly} inputMode="decimal" value={asText(value)} onChange={(event) => onChange(toNumber(event.target.value))} />;
    case 'texts':
      return <TextArea {...props} disabled={readOnly} rows={3} placeholder={t('onePerLine')} value={Array.isArray(value) ? value.map(asText).join('\n') : ''} onChange={(event) => onChange(toLines(event.target.value))} />;
    case 'json':
      return <JsonInput control={props} value={value} onChange={onChange} disabled={readOnly} />;
    default:
      return <TextInput {...props} disabled={readOnly} value={asText(value)} onChange={(event) => setText(event.target.value)} />;
  }
}

const rowsOf = (name: string): number => (name === 'text' || name === 'note' ? 3 : 2);

function toNumber(text: string): Json | undefined {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? undefined : value;
}

/** The last line may be empty while it is being written. */
function toLines(text: string): Json | undefined {
  return text === '' ? undefined : text.split('\n');
}
