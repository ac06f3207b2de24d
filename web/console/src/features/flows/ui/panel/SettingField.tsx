// One setting of a node, with the control the registry asks for.
import { useLanguage, useT } from '../../../../i18n';
import { Field, FieldSet, Select, Switch, TextArea, TextInput, type ControlProps } from '../../../../ui';
import type { Json, JsonObject } from '../../model/document';
import type { FormField } from '../../model/form';
import { help, label, optionLabel } from '../../model/words';
import { editorMessages } from '../../messages/editor';
import { Chooser } from './Chooser';
import { DurationInput } from './DurationInput';
import { ExpressionInput } from './ExpressionInput';
import { JsonInput } from './JsonInput';
import { OperationInput } from './OperationInput';
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

/** Names only one setting knows. */
const LOCAL: Record<string, readonly string[]> = { 'ask.valid': ['answer'], 'call.take': ['answer', 'answer.status', 'answer.body'], 'connect.take': ['answer'] };
const NONE: readonly string[] = [];

export function SettingField({ kind, field, value, onChange, error, readOnly }: SettingFieldProps) {
  const language = useLanguage();
  const name = label(field.words, field.name, language);
  const hint = help(field.words, language);
  const { control } = field;
  const shown = value === undefined || value === null ? (field.default ?? undefined) : value;
  if (control.is === 'toggle') return <Switch label={name} hint={hint} disabled={readOnly} checked={shown === true} onChange={onChange} />;
  if (kind === 'connect' && field.name === 'input') return <OperationInput label={name} hint={hint} value={shown} onChange={onChange} error={error} readOnly={readOnly} />;
  if (control.is === 'map' || control.is === 'rows' || control.is === 'group') {
    return (
      <FieldSet legend={name} hint={hint}>
        {control.is === 'map' && <MapRows label={name} value={isObject(shown) ? shown : {}} onChange={onChange} readOnly={readOnly} />}
        {control.is === 'rows' && <ObjectRows label={name} fields={control.fields} value={Array.isArray(shown) ? shown : []} onChange={onChange} readOnly={readOnly} />}
        {control.is === 'group' && <Group kind={kind} fields={control.fields} value={isObject(shown) ? shown : {}} onChange={onChange} readOnly={readOnly} />}
      </FieldSet>
    );
  }
  return (
    <Field label={name} hint={hint} error={error} optional={!field.required}>
      {(props) => <Control kind={kind} field={field} value={shown} onChange={onChange} props={props} label={name} readOnly={readOnly} />}
    </Field>
  );
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const asText = (value: Json | undefined): string => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

interface GroupProps {
  kind: string;
  fields: readonly FormField[];
  value: JsonObject;
  onChange: (value: Json | undefined) => void;
  readOnly: boolean;
}

/** Settings that belong together; gone when all are empty. */
function Group({ kind, fields, value, onChange, readOnly }: GroupProps) {
  const set = (name: string, next: Json | undefined) => {
    const { [name]: _old, ...rest } = value;
    const made = next === undefined || next === '' ? rest : { ...value, [name]: next };
    onChange(Object.keys(made).length > 0 ? made : undefined);
  };
  return fields.map((field) => <SettingField key={field.name} kind={kind} field={field} value={value[field.name]} onChange={(next) => set(field.name, next)} readOnly={readOnly} />);
}

interface InnerProps extends Omit<SettingFieldProps, 'error'> {
  props: ControlProps;
  label: string;
}

function Control({ kind, field, value, onChange, props, label: name, readOnly }: InnerProps) {
  const language = useLanguage();
  const t = useT(editorMessages);
  const { control } = field;
  /** What may be absent is absent when empty; what must be there stays an empty text until it is filled in. */
  const setText = (text: string) => onChange(text === '' && !field.required ? undefined : text);
  switch (control.is) {
    case 'choice':
      return <Select {...props} disabled={readOnly} value={asText(value)} onChange={onChange} options={control.options.map((one) => ({ value: one.value, label: optionLabel(one, language) }))} />;
    case 'expression':
    case 'template':
      return <ExpressionInput control={props} kind={control.is} rows={field.name === 'text' ? 3 : 2} value={asText(value)} onChange={setText} local={LOCAL[`${kind}.${field.name}`] ?? NONE} disabled={readOnly} />;
    case 'variable':
      return <VariableInput control={props} value={asText(value)} onChange={setText} disabled={readOnly} />;
    case 'duration':
      return <DurationInput control={props} label={name} value={typeof value === 'number' ? value : null} onChange={(ms) => onChange(ms ?? undefined)} disabled={readOnly} />;
    case 'number':
      return <TextInput {...props} disabled={readOnly} inputMode="decimal" value={asText(value)} onChange={(event) => onChange(toNumber(event.target.value))} />;
    case 'texts':
    case 'intents':
      return <TextArea {...props} disabled={readOnly} rows={3} placeholder={t('onePerLine')} value={Array.isArray(value) ? value.map(asText).join('\n') : ''} onChange={(event) => onChange(toLines(event.target.value, field.required))} />;
    case 'paragraph':
      return <TextArea {...props} disabled={readOnly} rows={3} value={asText(value)} onChange={(event) => setText(event.target.value)} />;
    case 'script':
      return <TextArea {...props} disabled={readOnly} rows={12} spellCheck={false} value={asText(value)} onChange={(event) => setText(event.target.value)} />;
    case 'json':
      return <JsonInput control={props} value={value} onChange={onChange} disabled={readOnly} />;
    case 'approver':
    case 'team':
    case 'flow':
    case 'time_zone':
    case 'connector':
    case 'operation':
    case 'secret':
    case 'ticket_kind':
    case 'event':
    case 'calendar':
    case 'receiver':
    case 'mailbox':
      return <Chooser control={props} of={control.is} value={asText(value)} onChange={setText} disabled={readOnly} />;
    default:
      return <TextInput {...props} disabled={readOnly} value={asText(value)} onChange={(event) => setText(event.target.value)} />;
  }
}

function toNumber(text: string): Json | undefined {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? undefined : value;
}

/** The last line may be empty while it is being written. */
function toLines(text: string, required: boolean): Json | undefined {
  if (text === '') return required ? [] : undefined;
  return text.split('\n');
}
