// One kind of ticket: its names, when it is due, and the fields it asks for, row by row.
import { useState } from 'react';
import type { TicketKindView } from '@qingniao/shared/ticket';
import { useLanguage, useT } from '../../i18n';
import { Button, Checkbox, Dialog, ErrorNote, Field, FieldSet, fieldError, IconButton, Select, TextArea, TextInput, toast, useRemoval } from '../../ui';
import { settingsMessages } from '../settings/messages';
import { usePutKind } from './api';
import { isDue, isId, newField, toBody, toDraft, wrongOf, type FieldDraft, type KindDraft } from './kind';
import { kindMessages } from './kind-messages';
import styles from './Kinds.module.css';

const TYPES = ['text', 'number', 'boolean', 'choice'] as const;

export function KindDialog({ kind, taken, onClose }: { kind: TicketKindView | null; taken: readonly string[]; onClose: () => void }) {
  const t = useT(kindMessages);
  const common = useT(settingsMessages);
  const language = useLanguage();
  const put = usePutKind();
  const [draft, setDraft] = useState(() => toDraft(kind));
  const [checked, setChecked] = useState(false);
  const set = (next: Partial<KindDraft>) => setDraft({ ...draft, ...next });
  const wrong = {
    id: kind || (isId(draft.id) && !taken.includes(draft.id)) ? undefined : t('keyBad'),
    name: draft.name_zh.trim() ? undefined : common('needed'),
    hours: isDue(draft.hours) ? undefined : t('dueBad'),
  };
  const shown = (problem: string | undefined) => (checked ? problem : undefined);
  function submit() {
    setChecked(true);
    if (wrong.id || wrong.name || wrong.hours || draft.fields.some((field) => wrongOf(field, draft.fields))) return;
    put.mutate(
      { id: draft.id, body: toBody(draft, kind?.version ?? 0) },
      {
        onSuccess: () => {
          toast.success(common('saved'));
          onClose();
        },
      },
    );
  }
  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={kind ? (language === 'zh-CN' ? kind.name_zh : kind.name_en) : t('new')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" busy={put.isPending}>
            {common('save')}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {put.error && <ErrorNote error={put.error} />}
        {!kind && (
          <Field label={t('key')} hint={t('keyHint')} error={shown(wrong.id) ?? fieldError(put.error, 'id')}>
            {(control) => <TextInput {...control} spellCheck={false} maxLength={40} value={draft.id} onChange={(event) => set({ id: event.target.value.trim() })} />}
          </Field>
        )}
        <div className={styles.pair}>
          <Field label={t('nameZh')} error={shown(wrong.name) ?? fieldError(put.error, 'name_zh')}>
            {(control) => <TextInput {...control} maxLength={60} value={draft.name_zh} onChange={(event) => set({ name_zh: event.target.value })} />}
          </Field>
          <Field label={t('nameEn')} hint={t('enHint')} optional error={fieldError(put.error, 'name_en')}>
            {(control) => <TextInput {...control} maxLength={60} value={draft.name_en} onChange={(event) => set({ name_en: event.target.value })} />}
          </Field>
          <Field label={t('due')} hint={t('dueHint')} optional error={shown(wrong.hours) ?? fieldError(put.error, 'due_ms')}>
            {(control) => <TextInput {...control} inputMode="decimal" value={draft.hours} onChange={(event) => set({ hours: event.target.value })} />}
          </Field>
        </div>
        <FieldSet legend={t('fields')} hint={t('fieldsHint')}>
          <Rows fields={draft.fields} checked={checked} onChange={(fields) => set({ fields })} />
        </FieldSet>
      </div>
    </Dialog>
  );
}

function Rows({ fields, checked, onChange }: { fields: readonly FieldDraft[]; checked: boolean; onChange: (fields: FieldDraft[]) => void }) {
  const t = useT(kindMessages);
  const removal = useRemoval();
  const set = (index: number, next: Partial<FieldDraft>) => onChange(fields.map((field, at) => (at === index ? { ...field, ...next } : field)));
  return (
    <div className={styles.form}>
      {fields.map((field, index) => {
        const wrong = checked ? wrongOf(field, fields) : null;
        const n = index + 1;
        return (
          <div key={index} className={styles.field}>
            <div className={styles.row}>
              <TextInput aria-label={t('fieldName', { n })} placeholder={t('key')} spellCheck={false} maxLength={40} value={field.name} onChange={(event) => set(index, { name: event.target.value.replace(/[^A-Za-z0-9_]/g, '') })} />
              <TextInput aria-label={t('fieldZh', { n })} placeholder={t('nameZh')} maxLength={60} value={field.zh} onChange={(event) => set(index, { zh: event.target.value })} />
              <TextInput aria-label={t('fieldEn', { n })} placeholder={t('nameEn')} maxLength={60} value={field.en} onChange={(event) => set(index, { en: event.target.value })} />
              <Select<FieldDraft['kind']> label={t('fieldKind', { n })} value={field.kind} onChange={(kind) => set(index, { kind })} options={TYPES.map((value) => ({ value, label: t(`kind_${value}`) }))} />
              <Checkbox label={t('required')} checked={field.required} onChange={(required) => set(index, { required })} />
              <IconButton icon="trash" size="sm" label={t('removeField', { n })} {...removal.button} onClick={() => removal.remove(index, () => onChange(fields.filter((_, at) => at !== index)))} />
            </div>
            {field.kind === 'choice' && <TextArea aria-label={t('fieldChoices', { n })} placeholder={t('choicesHint')} rows={3} value={field.choices} onChange={(event) => set(index, { choices: event.target.value })} />}
            {wrong && <p className={styles.bad}>{t(`wrong_${wrong}`)}</p>}
          </div>
        );
      })}
      <span>
        <Button size="sm" icon="plus" {...removal.add} disabled={fields.length >= 50} onClick={() => onChange([...fields, newField()])}>
          {t('add')}
        </Button>
      </span>
    </div>
  );
}
