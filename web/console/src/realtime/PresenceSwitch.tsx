// The person's status with the state of the connection, and what may disturb them. Stands in the head of the list.
import type { Presence } from '@qingniao/shared/api';
import { setPreference, usePreferences } from '../app/preferences';
import { useSession } from '../app/session';
import { useSetPresence } from '../app/UserMenu';
import { useT } from '../i18n';
import { Icon, Menu, MenuChoice, MenuItem, MenuSeparator, PresenceDot, toast } from '../ui';
import { useLink } from './hooks';
import { realtimeMessages } from './messages';
import { askForNotifications, notificationsPossible, ring } from './notify';
import styles from './realtime.module.css';

const HINTS = { online: 'onlineHint', busy: 'busyHint', offline: 'offlineHint' } as const;
const NAMES = { online: 'online', busy: 'busy', offline: 'offlinePresence' } as const;
const PRESENCES: Presence[] = ['online', 'busy', 'offline'];

export function PresenceSwitch() {
  const t = useT(realtimeMessages);
  const { user } = useSession();
  const { sounds, notifications } = usePreferences();
  const setPresence = useSetPresence();
  const link = useLink();
  const connected = link.phase === 'connected';
  const state = connected ? (link.transport === 'poll' ? t('connectedPoll') : t('connected')) : t(link.phase === 'offline' ? 'offline' : 'connecting');

  const toggleNotifications = async (): Promise<void> => {
    if (notifications) setPreference('notifications', false);
    else if (await askForNotifications()) setPreference('notifications', true);
    else toast.error(t('notificationsBlocked'));
  };

  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={styles.presence} aria-label={`${t('presence')}: ${t(NAMES[user.presence])}, ${state}`} title={state}>
          {connected ? <PresenceDot presence={user.presence} /> : <Icon name="refresh" size={13} className={styles.turning ?? ''} />}
          <span>{t(NAMES[user.presence])}</span>
          <Icon name="chevronDown" size={14} />
        </button>
      }
    >
      <div className={styles.load}>{t('load', { load: user.load, capacity: user.capacity })}</div>
      <MenuChoice<Presence>
        label={t('presence')}
        value={user.presence}
        onChange={(presence) => setPresence.mutate(presence)}
        options={PRESENCES.map((value) => ({
          value,
          label: (
            <span className={styles.option}>
              <PresenceDot presence={value} />
              <span>
                {t(NAMES[value])}
                <small className={styles.hint}>{t(HINTS[value])}</small>
              </span>
            </span>
          ),
        }))}
      />
      <MenuSeparator />
      <MenuItem
        icon="volume"
        onSelect={() => {
          setPreference('sounds', !sounds);
          if (!sounds) ring();
        }}
      >
        {t(sounds ? 'soundOff' : 'soundOn')}
      </MenuItem>
      {notificationsPossible() && (
        <MenuItem icon="bell" onSelect={() => void toggleNotifications()}>
          {t(notifications ? 'disableNotifications' : 'enableNotifications')}
        </MenuItem>
      )}
    </Menu>
  );
}
