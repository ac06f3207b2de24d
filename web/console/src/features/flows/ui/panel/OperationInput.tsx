// What the step's operation asks for: a form made from its JSON Schema, each field a value or a template. Whoever would rather write
// JSON does; what no form can show, such as one template for all of it, is shown as JSON.
import { useMemo, useState } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Field, FieldSet, Select, type ControlProps } from '../../../../ui';
import { useOperationsOf } from '../../api/operations';
import type { Json, JsonObject, Schema } from '../../model/document';
import { fitsForm, inputFields, isTemplate, isWrong, shownOf, typedIn, withField, type InputField } from '../../model/operation';
import { operationMessages } from '../../messages/operation';
import { useDocument, useSelection } from '../editor/context';
import { ExpressionInput } from './ExpressionInput';
import { JsonInput } from './JsonInput';
import styles from './Panel.module.css';

export interface OperationInputProps {
  label: string;
  hint: string;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  error?: string | undefined;
  readOnly: boolean;
}

/** Of the operation that the chosen step names; null while there is no such. */
function useInputFields(): readonly InputField[] | null {
  const language = useLanguage();
  const document = useDocument();
  const chosen = useSelection();
  const settings = document.nodes.find((node) => node.id === chosen[0])?.settings;
  const operations = useOperationsOf(shownOf(settings?.connector));
  const operation = operations.data?.find((one) => one.name === settings?.operation);
  return useMemo(() => (operation ? inputFields(operation.input as Schema, language) : null), [operation, language]);
}

export function OperationInput({ label, hint, value, onChange, error, readOnly }: OperationInputProps) {
  const m = useT(operationMessages);
  const fields = useInputFields();
  const [asJson, setAsJson] = useState(false);
  const fits = fields !== null && fitsForm(fields, value);
  if (!fits || asJson) {
    return (
      <>
        <Field label={label} hint={hint} error={error} optional>
          {(control) => <JsonInput control={control} value={value} onChange={onChange} disabled={readOnly} />}
        </Field>
        {fits && <OtherWay label={m('asFields')} onPress={() => setAsJson(false)} />}
      </>
    );
  }
  const input: JsonObject = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return (
    <FieldSet legend={label} hint={fields.length === 0 ? m('noInput') : undefined}>
      {error && <p className={styles.wrong}>{error}</p>}
      {fields.map((field) => (
        <OneField key={field.name} field={field} value={input[field.name]} onChange={(next) => onChange(withField(input, field.name, next))} readOnly={readOnly} />
      ))}
      {fields.length > 0 && <OtherWay label={m('asJson')} onPress={() => setAsJson(true)} />}
    </FieldSet>
  );
}

function OtherWay({ label, onPress }: { label: string; onPress: () => void }) {
  return (
    <Button size="sm" variant="ghost" icon="code" onClick={onPress}>
      {label}
    </Button>
  );
}

interface OneFieldProps {
  field: InputField;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  readOnly: boolean;
}

function OneField({ field, value, onChange, readOnly }: OneFieldProps) {
  const m = useT(operationMessages);
  return (
    <Field label={field.title} hint={field.hint} error={isWrong(field, value) ? m('notNumber') : undefined} optional={!field.required}>
      {(control) => <Control control={control} field={field} value={value} onChange={onChange} readOnly={readOnly} />}
    </Field>
  );
}

function Control({ control, field, value, onChange, readOnly }: OneFieldProps & { control: ControlProps }) {
  const m = useT(operationMessages);
  const [isFree, setFree] = useState(isTemplate(value));
  if (field.is === 'json') return <JsonInput control={control} value={value} onChange={onChange} disabled={readOnly} />;
  const known = value === undefined || value === null || field.choices.includes(value);
  if (field.is === 'choice' && !isFree && known) {
    const word = (one: Json) => (one === true ? m('yes') : one === false ? m('no') : shownOf(one));
    const options = [{ value: '', label: m('notSet') }, ...field.choices.map((one) => ({ value: JSON.stringify(one), label: word(one) })), { value: 'free', label: m('fromVariables') }];
    const choose = (next: string) => (next === 'free' ? setFree(true) : onChange(next === '' ? undefined : (JSON.parse(next) as Json)));
    return <Select {...control} disabled={readOnly} value={value === undefined || value === null ? '' : JSON.stringify(value)} onChange={choose} options={options} />;
  }
  function type(text: string) {
    if (text === '') setFree(false);
    onChange(typedIn(field, text));
  }
  return <ExpressionInput control={control} kind="template" rows={1} value={shownOf(value)} onChange={type} disabled={readOnly} />;
}
