import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Language, MeView, Presence } from '@qingniao/shared/api';
import { api } from '../api';
import type { Chosen } from '../realtime/board';
import { setLanguage, useLanguage, useT } from '../i18n';
import { Avatar, Menu, MenuChoice, MenuItem, MenuSeparator, PresenceDot, toast } from '../ui';
import { appMessages } from './messages';
import { setPreference, usePreferences, type Preferences } from './preferences';
import { navigate } from './router';
import { ME, useSession, useSignOut } from './session';
import styles from './UserMenu.module.css';

/** Shown at once, taken back if the server refuses. */
export function useSetPresence() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (chosen: Chosen) => api.put<unknown>('/me/presence', chosen),
    onMutate: ({ presence }) => {
      const before = client.getQueryData<MeView>(ME);
      if (before) client.setQueryData<MeView>(ME, { ...before, user: { ...before.user, presence } });
      return { before };
    },
    onError: (error, _chosen, context) => {
      if (context?.before) client.setQueryData(ME, context.before);
      toast.error(error.message);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ME }),
  });
}

export function UserMenu() {
  const t = useT(appMessages);
  const lang = useLanguage();
  const { user } = useSession();
  const { theme } = usePreferences();
  const signOut = useSignOut();
  const setPresence = useSetPresence();
  const presences: Presence[] = ['online', 'busy', 'offline'];
  return (
    <Menu
      side="right"
      align="end"
      trigger={
        <button type="button" className={styles.trigger} aria-label={t('userMenu', { name: user.name, presence: t(user.presence) })}>
          <Avatar name={user.name} seed={user.id} presence={user.presence} />
        </button>
      }
    >
      <div className={styles.who}>
        <span className={styles.name}>{user.name}</span>
        <span className={styles.email}>
          {t(user.role)} · {user.email}
        </span>
      </div>
      <MenuSeparator />
      <MenuChoice<Presence>
        label={t('presence')}
        value={user.presence}
        onChange={(presence) => setPresence.mutate({ presence })}
        options={presences.map((value) => ({
          value,
          label: (
            <>
              <PresenceDot presence={value} />
              {t(value)}
            </>
          ),
        }))}
      />
      <MenuSeparator />
      <MenuChoice<Preferences['theme']>
        label={t('theme')}
        value={theme}
        onChange={(value) => setPreference('theme', value)}
        options={[
          { value: 'system', label: t('system'), icon: 'monitor' },
          { value: 'light', label: t('light'), icon: 'sun' },
          { value: 'dark', label: t('dark'), icon: 'moon' },
        ]}
      />
      <MenuSeparator />
      <MenuChoice<Language>
        label={t('language')}
        value={lang}
        onChange={(next) => {
          setLanguage(next);
          void api.patch('/me', { language: next }).catch(() => undefined);
        }}
        options={[
          { value: 'zh-CN', label: '简体中文' },
          { value: 'en', label: 'English' },
        ]}
      />
      <MenuSeparator />
      <MenuItem icon="person" onSelect={() => navigate('/settings/profile')}>
        {t('profile')}
      </MenuItem>
      <MenuItem icon="signOut" onSelect={() => void signOut()}>
        {t('signOut')}
      </MenuItem>
    </Menu>
  );
}
