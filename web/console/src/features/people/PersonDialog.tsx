import { useState } from 'react';
import type { Language, Role, TeamView, UserCreated, UserView } from '@qingniao/shared/api';
import { useResourceForm } from '../../api';
import { useSession } from '../../app/session';
import { useT } from '../../i18n';
import { Button, Checkbox, Columns, Dialog, Field, fieldError, FieldSet, SaveError, Select, Switch, TextInput, toast } from '../../ui';
import { settingsMessages } from '../settings/messages';
import { peopleMessages } from './messages';
import styles from './PeoplePage.module.css';

interface Draft {
  name: string;
  email: string;
  role: Role;
  language: Language;
  capacity: string;
  team_ids: string[];
  disabled: boolean;
}

const CAPACITY_MAX = 100;
const CAPACITY_NEW = '5';

const toDraft = (user: UserView | null): Draft => ({
  name: user?.name ?? '',
  email: user?.email ?? '',
  role: user?.role ?? 'agent',
  language: user?.language ?? 'zh-CN',
  capacity: user ? String(user.capacity) : CAPACITY_NEW,
  team_ids: user?.team_ids ?? [],
  disabled: user?.disabled ?? false,
});

/** A new account cannot begin disabled. */
function toBody(draft: Draft, base: UserView | null) {
  const { disabled, ...rest } = draft;
  const common = { ...rest, name: draft.name.trim(), email: draft.email.trim(), capacity: Number(draft.capacity) };
  return base ? { ...common, disabled } : common;
}

function problems(draft: Draft) {
  const capacity = Number(draft.capacity);
  return {
    name: !draft.name.trim(),
    email: !/^[^\s@]+@[^\s@]+$/.test(draft.email.trim()),
    capacity: !Number.isInteger(capacity) || draft.capacity.trim() === '' || capacity < 0 || capacity > CAPACITY_MAX,
  };
}

export interface PersonDialogProps {
  user: UserView | null;
  teams: readonly TeamView[];
  onClose: () => void;
  onPassword: (name: string, password: string) => void;
}

export function PersonDialog({ user, teams, onClose, onPassword }: PersonDialogProps) {
  const t = useT(peopleMessages);
  const common = useT(settingsMessages);
  const me = useSession().user.id;
  const form = useResourceForm<UserView, Draft>({ name: 'users', object: user, toDraft, toBody });
  const [checked, setChecked] = useState(false);
  const { draft, set } = form;
  const wrong = problems(draft);

  async function submit() {
    setChecked(true);
    if (Object.values(wrong).some(Boolean)) return;
    const saved = await form.save();
    if (!saved) return;
    onClose();
    const { password } = saved as UserCreated;
    if (password) onPassword(saved.name, password);
    else toast.success(common('saved'));
  }

  function toggleTeam(id: string, on: boolean) {
    set({ team_ids: on ? [...draft.team_ids, id] : draft.team_ids.filter((one) => one !== id) });
  }

  return (
    <Dialog
      open
      kind="side"
      onClose={onClose}
      title={t(user ? 'editTitle' : 'new')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {common(user ? 'save' : 'create')}
          </Button>
        </>
      }
    >
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      <Field label={t('name')} error={fieldError(form.error, 'name') ?? (checked && wrong.name ? common('needed') : undefined)}>
        {(control) => <TextInput {...control} autoFocus maxLength={80} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}
      </Field>
      <Field label={t('email')} error={fieldError(form.error, 'email') ?? (checked && wrong.email ? t('emailBad') : undefined)}>
        {(control) => (
          <TextInput {...control} type="email" maxLength={200} value={draft.email} onChange={(event) => set({ email: event.target.value })} />
        )}
      </Field>
      <Field label={t('role')} error={fieldError(form.error, 'role')}>
        {(control) => (
          <Select<Role>
            {...control}
            value={draft.role}
            onChange={(role) => set({ role })}
            options={[
              { value: 'agent', label: t('roleAgent'), hint: t('hintAgent') },
              { value: 'supervisor', label: t('roleSupervisor'), hint: t('hintSupervisor') },
              { value: 'admin', label: t('roleAdmin'), hint: t('hintAdmin') },
            ]}
          />
        )}
      </Field>
      <Columns>
        <Field label={t('language')}>
          {(control) => (
            <Select<Language>
              {...control}
              value={draft.language}
              onChange={(language) => set({ language })}
              options={[
                { value: 'zh-CN', label: '简体中文' },
                { value: 'en', label: 'English' },
              ]}
            />
          )}
        </Field>
        <Field
          label={t('capacity')}
          hint={t('capacityHint')}
          error={fieldError(form.error, 'capacity') ?? (checked && wrong.capacity ? t('capacityBad') : undefined)}
        >
          {(control) => (
            <TextInput {...control} type="number" inputMode="numeric" min={0} max={CAPACITY_MAX} value={draft.capacity} onChange={(event) => set({ capacity: event.target.value })} />
          )}
        </Field>
      </Columns>
      <FieldSet legend={t('teams')}>
        {teams.length === 0 && <p className={styles.quiet}>{t('noTeams')}</p>}
        <div className={styles.teams}>
          {teams.map((team) => (
            <Checkbox key={team.id} label={team.name} checked={draft.team_ids.includes(team.id)} onChange={(on) => toggleTeam(team.id, on)} />
          ))}
        </div>
      </FieldSet>
      {user && user.id !== me && (
        <Switch label={t('disable')} hint={t('disableHint')} checked={draft.disabled} onChange={(disabled) => set({ disabled })} />
      )}
    </Dialog>
  );
}
