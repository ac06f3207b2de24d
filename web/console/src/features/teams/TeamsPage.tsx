import { useState } from 'react';
import type { TeamView, UserView } from '@qingniao/shared/api';
import { useAll, useRemove, useResourceForm } from '../../api';
import { useT } from '../../i18n';
import { Avatar, Button, ConfirmDialog, Dialog, EmptyState, ErrorNote, Field, fieldError, IconButton, Loading, Page, SaveError, Table, TextInput, toast } from '../../ui';
import { settingsMessages } from '../settings/messages';
import { teamMessages } from './messages';
import styles from './TeamsPage.module.css';

const AVATARS_MAX = 5;

export function TeamsPage() {
  const t = useT(teamMessages);
  const common = useT(settingsMessages);
  const teams = useAll<TeamView>('teams');
  const users = useAll<UserView>('users');
  const remove = useRemove('teams');
  const [editing, setEditing] = useState<TeamView | 'new' | null>(null);
  const [removing, setRemoving] = useState<TeamView | null>(null);
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
      {t('new')}
    </Button>
  );
  const membersOf = (team: TeamView) => users.data?.filter((user) => user.team_ids.includes(team.id) && !user.disabled) ?? [];
  return (
    <Page title={t('title')} description={t('description')} actions={newButton} width="narrow">
      {teams.isPending && <Loading />}
      {teams.error && <ErrorNote error={teams.error} onRetry={() => void teams.refetch()} />}
      {teams.data?.length === 0 && <EmptyState icon="team" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {teams.data && teams.data.length > 0 && (
        <Table
          label={t('title')}
          rows={teams.data}
          rowKey={(team) => team.id}
          onRowClick={setEditing}
          columns={[
            { key: 'name', title: t('name'), grow: true, render: (team) => <span className={styles.name}>{team.name}</span> },
            { key: 'members', title: t('members'), render: (team) => <Members users={membersOf(team)} /> },
            {
              key: 'actions',
              title: common('actions'),
              titleHidden: true,
              align: 'end',
              render: (team) => (
                <>
                  <IconButton icon="edit" label={common('edit')} onClick={() => setEditing(team)} />
                  <IconButton icon="trash" label={common('delete')} danger onClick={() => setRemoving(team)} />
                </>
              ),
            },
          ]}
        />
      )}
      {editing && <TeamDialog key={editing === 'new' ? 'new' : editing.id} team={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
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

function Members({ users }: { users: readonly UserView[] }) {
  const t = useT(teamMessages);
  if (users.length === 0) return <span className={styles.none}>{t('noMembers')}</span>;
  return (
    <span className={styles.members} title={users.map((user) => user.name).join(', ')}>
      <span className={styles.stack}>
        {users.slice(0, AVATARS_MAX).map((user) => (
          <Avatar key={user.id} name={user.name} seed={user.id} size="sm" />
        ))}
      </span>
      {t('memberCount', { n: users.length })}
    </span>
  );
}

interface Draft {
  name: string;
}

const toDraft = (team: TeamView | null): Draft => ({ name: team?.name ?? '' });

function TeamDialog({ team, onClose }: { team: TeamView | null; onClose: () => void }) {
  const t = useT(teamMessages);
  const common = useT(settingsMessages);
  const form = useResourceForm<TeamView, Draft>({ name: 'teams', object: team, toDraft, toBody: (draft) => ({ name: draft.name.trim() }) });
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
      title={t(team ? 'editTitle' : 'new')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {common(team ? 'save' : 'create')}
          </Button>
        </>
      }
    >
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      <Field label={t('name')} hint={t('membersHint')} error={fieldError(form.error, 'name') ?? (checked && !form.draft.name.trim() ? common('needed') : undefined)}>
        {(control) => <TextInput {...control} autoFocus maxLength={80} value={form.draft.name} onChange={(event) => form.set({ name: event.target.value })} />}
      </Field>
    </Dialog>
  );
}
