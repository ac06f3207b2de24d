import { useState } from 'react';
import type { LabelView } from '@qingniao/shared/api';
import { useAll, useRemove, useResourceForm } from '../../api';
import { useFormat, useT } from '../../i18n';
import { Button, ConfirmDialog, cx, Dialog, EmptyState, ErrorNote, Field, fieldError, FieldSet, Icon, IconButton, Loading, Page, SaveError, Table, TextInput, toast } from '../../ui';
import { settingsMessages } from '../settings/messages';
import { labelMessages } from './messages';
import styles from './LabelsPage.module.css';

export const LABEL_COLORS = ['#0b7285', '#2b6cb0', '#5f3dc4', '#a61e4d', '#c0392b', '#b35c00', '#8a6d00', '#2b8a3e', '#495057'] as const;

export function LabelsPage() {
  const t = useT(labelMessages);
  const common = useT(settingsMessages);
  const { formatDate } = useFormat();
  const labels = useAll<LabelView>('labels');
  const remove = useRemove('labels');
  const [editing, setEditing] = useState<LabelView | 'new' | null>(null);
  const [removing, setRemoving] = useState<LabelView | null>(null);
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton} width="narrow">
      {labels.isPending && <Loading />}
      {labels.error && <ErrorNote error={labels.error} onRetry={() => void labels.refetch()} />}
      {labels.data?.length === 0 && <EmptyState icon="tag" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {labels.data && labels.data.length > 0 && (
        <Table
          label={t('title')}
          rows={labels.data}
          rowKey={(label) => label.id}
          onRowClick={setEditing}
          columns={[
            { key: 'name', title: t('name'), grow: true, render: (label) => <LabelChip label={label} /> },
            { key: 'created', title: common('createdAt'), wideOnly: true, render: (label) => formatDate(label.created_at) },
            {
              key: 'actions',
              title: common('actions'),
              titleHidden: true,
              align: 'end',
              render: (label) => (
                <>
                  <IconButton icon="edit" label={common('edit')} onClick={() => setEditing(label)} />
                  <IconButton icon="trash" label={common('delete')} danger onClick={() => setRemoving(label)} />
                </>
              ),
            },
          ]}
        />
      )}
      {editing && <LabelDialog key={editing === 'new' ? 'new' : editing.id} label={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deleteTitle', { name: removing?.name ?? '' })}
        text={t('deleteText')}
        action={common('delete')}
        onConfirm={async () => {
          if (removing) await remove.mutateAsync(removing);
          toast.success(common('deleted'));
        }}
      />
    </Page>
  );
}

/** The colour is set through the CSSOM, never as an attribute. */
export function LabelChip({ label }: { label: Pick<LabelView, 'name' | 'color'> }) {
  return (
    <span className={styles.chip}>
      <span className={styles.dot} style={{ backgroundColor: label.color }} />
      {label.name}
    </span>
  );
}

interface Draft {
  name: string;
  color: string;
}

const toDraft = (label: LabelView | null): Draft => ({ name: label?.name ?? '', color: label?.color ?? LABEL_COLORS[0] });

function LabelDialog({ label, onClose }: { label: LabelView | null; onClose: () => void }) {
  const t = useT(labelMessages);
  const common = useT(settingsMessages);
  const form = useResourceForm<LabelView, Draft>({ name: 'labels', object: label, toDraft, toBody: (draft) => ({ ...draft, name: draft.name.trim() }) });
  const [checked, setChecked] = useState(false);
  async function submit() {
    setChecked(true);
    if (!form.draft.name.trim()) return;
    if (await form.save()) {
      toast.success(common('saved'));
      onClose();
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(label ? 'editTitle' : 'new')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {common(label ? 'save' : 'create')}
          </Button>
        </>
      }
    >
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      <Field label={t('name')} error={fieldError(form.error, 'name') ?? (checked && !form.draft.name.trim() ? common('needed') : undefined)}>
        {(control) => <TextInput {...control} autoFocus maxLength={50} value={form.draft.name} onChange={(event) => form.set({ name: event.target.value })} />}
      </Field>
      <FieldSet legend={t('color')}>
        <div className={styles.swatches}>
          {LABEL_COLORS.map((color) => (
            <button
              key={color}
              type="button"
              className={cx(styles.swatch)}
              style={{ backgroundColor: color }}
              aria-label={t('colorValue', { value: color })}
              aria-pressed={form.draft.color === color}
              onClick={() => form.set({ color })}
            >
              {form.draft.color === color && <Icon name="check" size={16} />}
            </button>
          ))}
        </div>
      </FieldSet>
    </Dialog>
  );
}
