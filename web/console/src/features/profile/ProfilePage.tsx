import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Language } from '@qingniao/shared/api';
import { api } from '../../api';
import { PasswordForm } from '../../app/ChangePassword';
import { appMessages } from '../../app/messages';
import { setPreference, usePreferences, type Preferences } from '../../app/preferences';
import { ME, useSession } from '../../app/session';
import { setLanguage, useLanguage, useT } from '../../i18n';
import { Button, Columns, Field, fieldError, Page, SaveError, Section, Select, Switch, TextInput, toast } from '../../ui';
import { profileMessages } from './messages';
import styles from './ProfilePage.module.css';

const CAPACITY_MAX = 100;

export function ProfilePage() {
  const t = useT(profileMessages);
  return (
    <Page title={t('title')} width="narrow">
      <Account />
      <Appearance />
      <Work />
      <Section title={t('password')} description={t('passwordText')}>
        <div className={styles.password}>
          <PasswordForm known={null} onDone={() => undefined} />
        </div>
      </Section>
    </Page>
  );
}

function Account() {
  const t = useT(profileMessages);
  const app = useT(appMessages);
  const client = useQueryClient();
  const { user } = useSession();
  const [name, setName] = useState(user.name);
  const [capacity, setCapacity] = useState(String(user.capacity));
  const save = useMutation({
    mutationFn: () => api.patch<unknown>('/me', { name: name.trim(), capacity: Number(capacity) }),
    onSuccess: async () => {
      toast.success(t('saved'));
      await client.invalidateQueries({ queryKey: ME });
    },
  });
  const count = Number(capacity);
  const badCapacity = capacity.trim() === '' || !Number.isInteger(count) || count < 0 || count > CAPACITY_MAX;
  const dirty = name !== user.name || capacity !== String(user.capacity);
  return (
    <Section title={t('account')} description={t('accountText')}>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() && !badCapacity) save.mutate();
        }}
      >
        <SaveError error={save.error} onReload={() => void client.invalidateQueries({ queryKey: ME })} />
        <Columns>
          <Field label={t('name')} error={fieldError(save.error, 'name') ?? (name.trim() ? undefined : t('needed'))}>
            {(control) => <TextInput {...control} autoComplete="name" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <Field label={t('capacity')} hint={t('capacityHint')} error={fieldError(save.error, 'capacity') ?? (badCapacity ? t('capacityBad') : undefined)}>
            {(control) => (
              <TextInput {...control} type="number" inputMode="numeric" min={0} max={CAPACITY_MAX} value={capacity} onChange={(event) => setCapacity(event.target.value)} />
            )}
          </Field>
          <Field label={t('email')}>{(control) => <TextInput {...control} readOnly value={user.email} />}</Field>
          <Field label={t('role')}>{(control) => <TextInput {...control} readOnly value={app(user.role)} />}</Field>
        </Columns>
        <div>
          <Button type="submit" variant="primary" disabled={!dirty} busy={save.isPending}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Section>
  );
}

function Appearance() {
  const t = useT(profileMessages);
  const lang = useLanguage();
  const { theme } = usePreferences();
  /** The server keeps it too, for messages it writes to this person. */
  function choose(next: Language) {
    setLanguage(next);
    api.patch<unknown>('/me', { language: next }).catch((error: Error) => toast.error(error.message));
  }
  return (
    <Section title={t('appearance')} description={t('appearanceText')}>
      <Columns>
        <Field label={t('theme')}>
          {(control) => (
            <Select<Preferences['theme']>
              {...control}
              value={theme}
              onChange={(value) => setPreference('theme', value)}
              options={[
                { value: 'system', label: t('system') },
                { value: 'light', label: t('light') },
                { value: 'dark', label: t('dark') },
              ]}
            />
          )}
        </Field>
        <Field label={t('language')}>
          {(control) => (
            <Select<Language>
              {...control}
              value={lang}
              onChange={choose}
              options={[
                { value: 'zh-CN', label: '简体中文' },
                { value: 'en', label: 'English' },
              ]}
            />
          )}
        </Field>
      </Columns>
    </Section>
  );
}

function Work() {
  const t = useT(profileMessages);
  const chosen = usePreferences();
  const mod = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';
  const [denied, setDenied] = useState(false);
  /** Browsers ask only after a press, and only once. */
  async function chooseNotifications(on: boolean) {
    if (on && 'Notification' in window && Notification.permission !== 'granted') {
      const answer = await Notification.requestPermission();
      setDenied(answer === 'denied');
      if (answer !== 'granted') return;
    }
    setPreference('notifications', on);
  }
  return (
    <Section title={t('work')} description={t('workText')}>
      <Field label={t('sendKey')}>
        {(control) => (
          <Select<Preferences['sendKey']>
            {...control}
            value={chosen.sendKey}
            onChange={(value) => setPreference('sendKey', value)}
            options={[
              { value: 'enter', label: t('sendEnter') },
              { value: 'mod_enter', label: t('sendMod', { mod }) },
            ]}
          />
        )}
      </Field>
      <Switch label={t('sounds')} hint={t('soundsHint')} checked={chosen.sounds} onChange={(on) => setPreference('sounds', on)} />
      <Switch
        label={t('notifications')}
        hint={denied ? t('notificationsDenied') : t('notificationsHint')}
        checked={chosen.notifications}
        onChange={(on) => void chooseNotifications(on)}
      />
      <Switch label={t('singleKeys')} hint={t('singleKeysHint')} checked={chosen.singleKeys} onChange={(on) => setPreference('singleKeys', on)} />
    </Section>
  );
}
