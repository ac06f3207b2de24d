import { useMemo, useState } from 'react';
import type { CannedResponseView, MacroStep, TeamView } from '@qingniao/shared/api';
import { useAll, useRemove, useResourceForm } from '../../api';
import { useT } from '../../i18n';
import { Button, ConfirmDialog, Dialog, EmptyState, ErrorNote, Field, fieldError, IconButton, Loading, Page, SaveError, Table, TextArea, TextInput, toast, Toolbar } from '../../ui';
import { settingsMessages } from '../settings/messages';
import { cannedMessages } from './messages';
import { StepList, stepsProblem } from './StepList';
import { describe, stepMessages } from './steps';
import styles from './CannedPage.module.css';

export function CannedPage() {
  const t = useT(cannedMessages);
  const common = useT(settingsMessages);
  const canned = useAll<CannedResponseView>('canned-responses');
  const remove = useRemove('canned-responses');
  const [search, setSearch] = useState('');
  const [editing, setEditing] = useState<CannedResponseView | 'new' | null>(null);
  const [removing, setRemoving] = useState<CannedResponseView | null>(null);
  const shown = useMemo(() => {
    const needle = search.trim().toLowerCase();
    return canned.data?.filter((one) => `${one.shortcut}\n${one.text}`.toLowerCase().includes(needle)) ?? [];
  }, [canned.data, search]);
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      {canned.isPending && <Loading />}
      {canned.error && <ErrorNote error={canned.error} onRetry={() => void canned.refetch()} />}
      {canned.data?.length === 0 && <EmptyState icon="bolt" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {canned.data && canned.data.length > 0 && (
        <>
          <Toolbar>
            <div className={styles.search}>
              <TextInput icon="search" type="search" aria-label={t('search')} placeholder={t('search')} value={search} onChange={(event) => setSearch(event.target.value)} />
            </div>
          </Toolbar>
          {shown.length === 0 ? (
            <EmptyState icon="search" title={common('noMatch')} text={common('noMatchText')} />
          ) : (
            <Table
              label={t('title')}
              rows={shown}
              rowKey={(one) => one.id}
              onRowClick={setEditing}
              columns={[
                { key: 'shortcut', title: t('shortcut'), render: (one) => <code className={styles.shortcut}>/{one.shortcut}</code> },
                { key: 'text', title: t('text'), grow: true, render: (one) => <Words canned={one} /> },
                {
                  key: 'actions',
                  title: common('actions'),
                  titleHidden: true,
                  align: 'end',
                  render: (one) => (
                    <>
                      <IconButton icon="edit" label={common('edit')} onClick={() => setEditing(one)} />
                      <IconButton icon="trash" label={common('delete')} danger onClick={() => setRemoving(one)} />
                    </>
                  ),
                },
              ]}
            />
          )}
        </>
      )}
      {editing && <CannedDialog key={editing === 'new' ? 'new' : editing.id} canned={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deleteTitle', { name: removing?.shortcut ?? '' })}
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

function Words({ canned }: { canned: CannedResponseView }) {
  const words = useT(stepMessages);
  const teams = useAll<TeamView>('teams').data ?? [];
  const done = canned.actions.map((step) => describe(step, words, (id) => teams.find((team) => team.id === id)?.name ?? ''));
  return (
    <>
      <span className={styles.text}>{canned.text}</span>
      {done.length > 0 && <span className={styles.then}>{`${words('then')} → ${done.join(words('comma'))}`}</span>}
    </>
  );
}

interface Draft {
  shortcut: string;
  text: string;
  actions: MacroStep[];
}

const toDraft = (canned: CannedResponseView | null): Draft => ({ shortcut: canned?.shortcut ?? '', text: canned?.text ?? '', actions: canned?.actions ?? [] });

function CannedDialog({ canned, onClose }: { canned: CannedResponseView | null; onClose: () => void }) {
  const t = useT(cannedMessages);
  const common = useT(settingsMessages);
  const form = useResourceForm<CannedResponseView, Draft>({ name: 'canned-responses', object: canned, toDraft, toBody: (draft) => draft });
  const [checked, setChecked] = useState(false);
  const shortcut = form.draft.shortcut.replace(/^\//, '');
  const shortcutProblem = !shortcut ? common('needed') : /\s/.test(shortcut) ? t('shortcutSpace') : undefined;
  const problem = stepsProblem(form.draft.actions);
  const textProblem = form.draft.text.trim() ? undefined : common('needed');
  async function submit() {
    setChecked(true);
    if (shortcutProblem || textProblem || problem) return;
    if (await form.save()) {
      toast.success(common('saved'));
      onClose();
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(canned ? 'editTitle' : 'new')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {common(canned ? 'save' : 'create')}
          </Button>
        </>
      }
    >
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      <Field label={t('shortcut')} hint={t('shortcutHint')} error={fieldError(form.error, 'shortcut') ?? (checked ? shortcutProblem : undefined)}>
        {(control) => <TextInput {...control} autoFocus maxLength={60} value={form.draft.shortcut} onChange={(event) => form.set({ shortcut: event.target.value.replace(/^\//, '') })} />}
      </Field>
      <Field label={t('text')} error={fieldError(form.error, 'text') ?? (checked ? textProblem : undefined)}>
        {(control) => <TextArea {...control} rows={7} maxLength={10000} value={form.draft.text} onChange={(event) => form.set({ text: event.target.value })} />}
      </Field>
      <StepList steps={form.draft.actions} onChange={(actions) => form.set({ actions })} />
      {checked && problem && <p role="alert">{t(problem)}</p>}
    </Dialog>
  );
}
