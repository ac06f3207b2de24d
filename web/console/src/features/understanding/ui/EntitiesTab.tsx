import { useState } from 'react';
import type { EntityView } from '@qingniao/shared/api';
import { useAll, useRemove, useResourceForm } from '../../../api';
import { useHasRole } from '../../../app/session';
import { useT } from '../../../i18n';
import { Badge, Button, Columns, ConfirmDialog, Dialog, EmptyState, ErrorNote, Field, fieldError, IconButton, Loading, SaveError, Segmented, Table, TextArea, TextInput, toast } from '../../../ui';
import { entityMessages } from '../entity-messages';
import { countOf, foundBy, isName, toBody, toDraft, valueLines, type By, type EntityDraft } from '../model/entity';
import styles from './Entities.module.css';

/** Shown while nothing is typed. */
const SAMPLE = 'QN-#{8}\nRX@{2}#{6,8}';
const WAYS: readonly By[] = ['patterns', 'values', 'examples'];

/** What the company's customers name beside what everybody does. */
export function EntitiesTab() {
  const t = useT(entityMessages);
  const mayEdit = useHasRole('supervisor');
  const entities = useAll<EntityView>('entities');
  const remove = useRemove('entities');
  const [editing, setEditing] = useState<EntityView | 'new' | null>(null);
  const [removing, setRemoving] = useState<EntityView | null>(null);
  const newButton = mayEdit && (
    <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
      {t('new')}
    </Button>
  );
  return (
    <>
      <div className={styles.head}>
        <p className={styles.intro}>{t('intro')}</p>
        {newButton}
      </div>
      {entities.isPending && <Loading />}
      {entities.error && <ErrorNote error={entities.error} onRetry={() => void entities.refetch()} />}
      {entities.data?.length === 0 && <EmptyState icon="tag" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {entities.data && entities.data.length > 0 && (
        <Table
          label={t('label')}
          rows={entities.data}
          rowKey={(one) => one.id}
          onRowClick={setEditing}
          columns={[
            {
              key: 'label',
              title: t('labelField'),
              grow: true,
              render: (one) => (
                <button type="button" className={styles.name} onClick={() => setEditing(one)}>
                  {one.label}
                </button>
              ),
            },
            { key: 'name', title: t('name'), wideOnly: true, render: (one) => <code>{one.name}</code> },
            { key: 'by', title: t('by'), render: (one) => <Badge>{t(`by_${one.found_by.by}`)}</Badge> },
            { key: 'count', title: t('values'), titleHidden: true, wideOnly: true, render: (one) => t(`summary_${one.found_by.by}`, { n: countOf(one.found_by) }) },
            ...(mayEdit
              ? [{ key: 'delete', title: t('delete'), titleHidden: true, align: 'end' as const, render: (one: EntityView) => <IconButton icon="trash" label={t('delete')} danger onClick={() => setRemoving(one)} /> }]
              : []),
          ]}
        />
      )}
      {editing && <EntityDialog key={editing === 'new' ? 'new' : editing.id} entity={editing === 'new' ? null : editing} readOnly={!mayEdit} onClose={() => setEditing(null)} />}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deleteTitle', { name: removing?.label ?? '' })}
        text={t('deleteText')}
        action={t('delete')}
        onConfirm={async () => {
          if (removing) await remove.mutateAsync(removing);
          toast.success(t('deleted'));
        }}
      />
    </>
  );
}

function EntityDialog({ entity, readOnly, onClose }: { entity: EntityView | null; readOnly: boolean; onClose: () => void }) {
  const t = useT(entityMessages);
  const form = useResourceForm<EntityView, EntityDraft>({ name: 'entities', object: entity, toDraft, toBody });
  const [checked, setChecked] = useState(false);
  const { draft, set } = form;
  const nameProblem = isName(draft.name.trim()) ? undefined : t(draft.name.trim() ? 'badName' : 'needed');
  const isEmpty = countOf(foundBy(draft)) === 0;
  async function submit() {
    setChecked(true);
    if (nameProblem || isEmpty || readOnly) return;
    if (await form.save()) {
      toast.success(t('saved'));
      onClose();
    }
  }
  return (
    <Dialog
      open
      kind="side"
      onClose={onClose}
      title={entity ? (readOnly ? entity.label : t('edit')) : t('new')}
      {...(readOnly ? { description: t('readOnly') } : { onSubmit: () => void submit() })}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          {!readOnly && (
            <Button type="submit" variant="primary" busy={form.busy}>
              {t(entity ? 'save' : 'create')}
            </Button>
          )}
        </>
      }
    >
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      <Columns>
        <Field label={t('labelField')} hint={t('labelHint')} error={fieldError(form.error, 'label')}>
          {(control) => <TextInput {...control} maxLength={60} readOnly={readOnly} value={draft.label} onChange={(event) => set({ label: event.target.value })} />}
        </Field>
        <Field label={t('name')} hint={t('nameHint')} error={fieldError(form.error, 'name') ?? (checked ? nameProblem : undefined)}>
          {(control) => <TextInput {...control} maxLength={40} readOnly={readOnly} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}
        </Field>
      </Columns>
      <Segmented<By> label={t('by')} value={draft.by} onChange={(by) => !readOnly && set({ by })} options={WAYS.map((value) => ({ value, label: t(`by_${value}`) }))} />
      <Field label={t(draft.by)} hint={t(`hint_${draft.by}`)} error={wrongLine(form.error, draft.by) ?? (checked && isEmpty ? t('needed') : undefined)}>
        {(control) => (
          <TextArea {...control} rows={draft.by === 'patterns' ? 4 : 12} readOnly={readOnly} spellCheck={false} placeholder={draft.by === 'patterns' ? SAMPLE : undefined} value={draft[draft.by]} onChange={(event) => set({ [draft.by]: draft.by === 'values' ? valueLines(event.target.value) : event.target.value })} />
        )}
      </Field>
    </Dialog>
  );
}

/** The server names the line that it cannot read: `found_by.patterns[2]`. */
function wrongLine(error: unknown, by: By): string | undefined {
  const whole = fieldError(error, `found_by.${by}`);
  if (whole) return whole;
  for (let line = 0; line < 1000; line += 1) {
    const problem = fieldError(error, `found_by.${by}[${line}]`) ?? fieldError(error, `found_by.${by}[${line}].value`);
    if (problem) return `${line + 1}: ${problem}`;
  }
  return undefined;
}
