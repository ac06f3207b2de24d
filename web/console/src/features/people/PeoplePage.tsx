import { useMemo, useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { Role, TeamView, UserView } from '@qingniao/shared/api';
import { useAll } from '../../api';
import { useSession } from '../../app/session';
import { useFormat, useT } from '../../i18n';
import { Avatar, Badge, Button, ConfirmDialog, CopyField, Dialog, EmptyState, ErrorNote, IconButton, Loading, Menu, MenuItem, Page, Table, TextInput, Toolbar, type Tone } from '../../ui';
import { useBoard } from '../../realtime/board';
import { useNow } from '../conversations/ui/clock';
import { settingsMessages } from '../settings/messages';
import { resetPassword } from './api';
import { peopleMessages } from './messages';
import { PersonDialog } from './PersonDialog';
import styles from './PeoplePage.module.css';

export const ROLE_LABEL = { agent: 'roleAgent', supervisor: 'roleSupervisor', admin: 'roleAdmin' } as const satisfies Record<Role, string>;
const ROLE_TONE: Record<Role, Tone> = { agent: 'neutral', supervisor: 'info', admin: 'violet' };

export function PeoplePage() {
  const t = useT(peopleMessages);
  const common = useT(settingsMessages);
  const { formatList } = useFormat();
  const users = useAll<UserView>('users');
  const teams = useAll<TeamView>('teams');
  const [search, setSearch] = useState('');
  const [editing, setEditing] = useState<UserView | 'new' | null>(null);
  const [resetting, setResetting] = useState<UserView | null>(null);
  const [secret, setSecret] = useState<{ name: string; password: string } | null>(null);
  const reset = useMutation({ mutationFn: (user: UserView) => resetPassword(user.id) });
  const shown = useMemo(() => {
    const needle = search.trim().toLowerCase();
    return users.data?.filter((user) => `${user.name} ${user.email}`.toLowerCase().includes(needle)) ?? [];
  }, [users.data, search]);
  const teamNames = (user: UserView) => teams.data?.filter((team) => user.team_ids.includes(team.id)).map((team) => team.name) ?? [];

  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
          {t('new')}
        </Button>
      }
    >
      {users.isPending && <Loading />}
      {users.error && <ErrorNote error={users.error} onRetry={() => void users.refetch()} />}
      {users.data && (
        <>
          <Toolbar>
            <div className={styles.search}>
              <TextInput icon="search" type="search" aria-label={t('search')} placeholder={t('search')} value={search} onChange={(event) => setSearch(event.target.value)} />
            </div>
          </Toolbar>
          {shown.length === 0 ? (
            <EmptyState icon="people" title={common('noMatch')} text={common('noMatchText')} />
          ) : (
            <Table
              label={t('title')}
              rows={shown}
              rowKey={(user) => user.id}
              onRowClick={setEditing}
              dimmed={(user) => user.disabled}
              columns={[
                { key: 'name', title: t('name'), grow: true, render: (user) => <Person user={user} /> },
                { key: 'role', title: t('role'), render: (user) => <Badge tone={ROLE_TONE[user.role]}>{t(ROLE_LABEL[user.role])}</Badge> },
                { key: 'teams', title: t('teams'), wideOnly: true, wrap: true, render: (user) => <span className={styles.quiet}>{formatList(teamNames(user)) || '–'}</span> },
                { key: 'load', title: t('load'), wideOnly: true, render: (user) => t('loadOf', { load: user.load, capacity: user.capacity }) },
                {
                  key: 'actions',
                  title: common('actions'),
                  titleHidden: true,
                  align: 'end',
                  render: (user) => (
                    <Menu trigger={<IconButton icon="more" label={t('more')} plain />}>
                      <MenuItem icon="edit" onSelect={() => setEditing(user)}>
                        {common('edit')}
                      </MenuItem>
                      <MenuItem icon="key" onSelect={() => setResetting(user)}>
                        {t('resetPassword')}
                      </MenuItem>
                    </Menu>
                  ),
                },
              ]}
            />
          )}
        </>
      )}
      {editing && (
        <PersonDialog
          key={editing === 'new' ? 'new' : editing.id}
          user={editing === 'new' ? null : editing}
          teams={teams.data ?? []}
          onClose={() => setEditing(null)}
          onPassword={(name, password) => setSecret({ name, password })}
        />
      )}
      <ConfirmDialog
        open={resetting !== null}
        onClose={() => setResetting(null)}
        title={t('resetTitle', { name: resetting?.name ?? '' })}
        text={t('resetText')}
        action={t('resetPassword')}
        onConfirm={async () => {
          if (!resetting) return;
          const password = await reset.mutateAsync(resetting);
          if (password) setSecret({ name: resetting.name, password });
        }}
      />
      <Dialog
        open={secret !== null}
        onClose={() => setSecret(null)}
        title={t('passwordTitle')}
        footer={
          <Button variant="primary" onClick={() => setSecret(null)}>
            {t('done')}
          </Button>
        }
      >
        <p>{t('passwordText', { name: secret?.name ?? '' })}</p>
        <CopyField label={t('passwordTitle')} value={secret?.password ?? ''} />
      </Dialog>
    </Page>
  );
}

function Person({ user }: { user: UserView }) {
  const t = useT(peopleMessages);
  const me = useSession().user.id === user.id;
  const board = useBoard();
  const { formatDuration } = useFormat();
  const now = useNow('slow');
  const lived = user.disabled || user.service ? undefined : board.of(user.id);
  const state = lived && (board.reasonName(lived.reason) || t(lived.state));
  return (
    <span className={styles.person}>
      <Avatar name={user.name} seed={user.id} presence={user.disabled || !user.connected ? 'offline' : user.presence} />
      <span className={styles.words}>
        <span className={styles.name}>
          {user.name}
          {me && <Badge>{t('you')}</Badge>}
          {user.service && <Badge>{t('service')}</Badge>}
          {user.disabled && <Badge tone="danger">{t('disabled')}</Badge>}
          <span className="visually-hidden">{t(user.connected ? user.presence : 'offline')}</span>
        </span>
        {!user.service && (
          <span className={styles.email}>
            {user.email}
            {lived && lived.state !== 'offline' && ` · ${t('stateFor', { state: state ?? '', time: formatDuration(Math.max(0, now - lived.since)) })}`}
          </span>
        )}
      </span>
    </span>
  );
}
