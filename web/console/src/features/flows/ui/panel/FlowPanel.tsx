// The flow itself, when no step is chosen: its name, the values people may change, and all its variables.
import { useState } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Checkbox, Field, IconButton, Section, Select, TextInput, useRemoval, type Removal } from '../../../../ui';
import { setVariables } from '../../model/edit';
import { labelOf, tidyVariable, type FlowDocument, type Variable, type VariableScope, type VariableType } from '../../model/document';
import { editorMessages } from '../../messages/editor';
import { isUnsound } from '../../model/values';
import { useDocument, useEditor, useTyped } from '../editor/context';
import { ChoicesInput } from './ChoicesInput';
import { DefaultInput } from './DefaultInput';
import styles from './Panel.module.css';

const TYPES: readonly VariableType[] = ['text', 'integer', 'number', 'boolean', 'time', 'list', 'object', 'any'];
const SCOPES: readonly VariableScope[] = ['run', 'conversation', 'contact', 'tenant'];
const WRONG: Partial<Record<VariableType, 'wrongNumber' | 'wrongInteger'>> = { number: 'wrongNumber', integer: 'wrongInteger' };

export function FlowPanel({ readOnly }: { readOnly: boolean }) {
  const t = useT(editorMessages);
  const english = useLanguage() === 'en';
  const editor = useEditor();
  const document = useDocument();
  const variables = document.variables ?? [];
  const typed = useTyped();
  const removal = useRemoval();
  const wrong = (variable: Variable) => (isUnsound(variable, typed[variable.name]) ? t(WRONG[variable.type] ?? 'wrongValue') : undefined);
  const set = (index: number, next: Partial<Variable>, of: string) =>
    editor.apply(setVariables(editor.document, variables.map((one, at) => (at === index ? tidyVariable({ ...one, ...next }) : one))), `variable.${index}.${of}`);
  const values = variables.map((variable, index) => ({ variable, index })).filter(({ variable }) => variable.default !== undefined && variable.default !== null);
  // As it was when the form came: a first default written in it does not close it under the writer.
  const [isOpen, setOpen] = useState(values.length === 0);
  return (
    <div className={styles.panel}>
      <Field label={t('flowName')}>
        {(control) => <TextInput {...control} disabled={readOnly} value={document.name} onChange={(event) => editor.apply({ ...editor.document, name: event.target.value }, 'name')} />}
      </Field>
      <Field label={t('flowNameEn')} hint={t('flowNameEnText')} optional>
        {(control) => <TextInput {...control} disabled={readOnly} maxLength={80} value={document.name_en ?? ''} placeholder={document.name} onChange={(event) => editor.apply(named(editor.document, event.target.value), 'name_en')} />}
      </Field>
      <Field label={t('actingMax')} hint={t('actingMaxText')}>
        {(control) => (
          <TextInput
            {...control}
            type="number"
            min={1}
            max={10_000}
            disabled={readOnly}
            value={document.acting_max ?? ''}
            onChange={(event) => editor.apply(limited(editor.document, event.target.value), 'acting_max')}
          />
        )}
      </Field>
      {values.length > 0 && (
        <Section title={t('values')} description={t('valuesText')}>
          {values.map(({ variable, index }) => (
            <Field key={variable.name} label={labelOf(variables, variable.name, english)} error={wrong(variable)}>
              {(control) => <DefaultInput control={control} variable={variable} required onChange={(value) => set(index, { default: value }, 'default')} disabled={readOnly} />}
            </Field>
          ))}
        </Section>
      )}
      <details className={styles.fold} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t('variables', { n: variables.length })}</summary>
        <div className={styles.foldBody}>
          {variables.length === 0 && <p className={styles.quiet}>{t('noVariables')}</p>}
          {variables.map((variable, index) => (
            <VariableCard key={index} variable={variable} error={wrong(variable)} readOnly={readOnly} onChange={(next, of) => set(index, next, of)} removal={removal.button} onRemove={() => removal.remove(index, () => editor.apply(setVariables(editor.document, variables.filter((_, at) => at !== index))))} />
          ))}
          {!readOnly && (
            <div>
              <Button size="sm" icon="plus" {...removal.add} onClick={() => editor.apply(setVariables(editor.document, [...variables, { name: freshName(variables), type: 'text' }]))}>
                {t('addVariable')}
              </Button>
            </div>
          )}
        </div>
      </details>
    </div>
  );
}

/** The document with this English title; an empty one is none. */
function named(document: FlowDocument, name: string): FlowDocument {
  const { name_en: _, ...rest } = document;
  return name === '' ? rest : { ...rest, name_en: name };
}

/** The document with this limit; anything but a whole number above nothing is none. */
function limited(document: FlowDocument, typed: string): FlowDocument {
  const { acting_max: _, ...rest } = document;
  const limit = Number(typed);
  return Number.isInteger(limit) && limit > 0 ? { ...rest, acting_max: limit } : rest;
}

interface VariableCardProps {
  variable: Variable;
  /** What is wrong with its default as typed. */
  error: string | undefined;
  readOnly: boolean;
  onChange: (next: Partial<Variable>, of: string) => void;
  removal: Removal['button'];
  onRemove: () => void;
}

function VariableCard({ variable, error, readOnly, onChange, removal, onRemove }: VariableCardProps) {
  const t = useT(editorMessages);
  const { name, scope = 'run' } = variable;
  return (
    <div className={styles.card}>
      <TextInput disabled={readOnly} aria-label={t('variableName', { name })} value={name} onChange={(event) => onChange({ name: event.target.value.replace(/\W/g, '') }, 'name')} />
      <div className={styles.value}>
        <Select size="sm" disabled={readOnly} label={t('variableType', { name })} value={variable.type} onChange={(type) => onChange({ type, ...(type === 'text' ? {} : { choices: [] }) }, 'type')} options={TYPES.map((value) => ({ value, label: t(`type_${value}`) }))} />
      </div>
      <div className={styles.value}>
        <Select size="sm" disabled={readOnly} label={t('variableScope', { name })} value={scope} onChange={(next) => onChange({ scope: next, ...(next === 'run' ? {} : { input: false }) }, 'scope')} options={SCOPES.map((value) => ({ value, label: t(`scope_${value}`) }))} />
      </div>
      <TextInput disabled={readOnly} maxLength={80} aria-label={t('variableZh', { name })} placeholder={t('labelZh')} value={variable.zh ?? ''} onChange={(event) => onChange({ zh: event.target.value }, 'zh')} />
      <TextInput disabled={readOnly} maxLength={80} aria-label={t('variableEn', { name })} placeholder={t('labelEn')} value={variable.en ?? ''} onChange={(event) => onChange({ en: event.target.value }, 'en')} />
      {scope === 'run' ? (
        <Checkbox disabled={readOnly} label={t('isInput')} checked={variable.input ?? false} onChange={(input) => onChange({ input }, 'input')} />
      ) : (
        <p className={styles.quiet}>{t('sharedText')}</p>
      )}
      <DefaultInput control={{}} label={t('variableDefault', { name })} placeholder={t('noDefault')} variable={variable} onChange={(value) => onChange({ default: value }, 'default')} disabled={readOnly} />
      {error && <p className={styles.wrong}>{error}</p>}
      {variable.type === 'text' && (variable.input || (variable.choices ?? []).length > 0) && <ChoicesInput name={name} choices={variable.choices ?? []} onChange={(choices) => onChange({ choices }, 'choices')} disabled={readOnly} />}
      {!readOnly && <IconButton icon="trash" size="sm" label={t('removeVariable', { name })} {...removal} onClick={onRemove} />}
    </div>
  );
}

function freshName(variables: readonly Variable[]): string {
  for (let n = variables.length + 1; ; n += 1) if (!variables.some((one) => one.name === `value_${n}`)) return `value_${n}`;
}

