// The person's status with the state of the connection, and what may disturb them. Stands in the head of the list.
import type { Presence } from '@qingniao/shared/api';
import { setPreference, usePreferences } from '../app/preferences';
import { useSession } from '../app/session';
import { useSetPresence } from '../app/UserMenu';
import { useFormat, useT } from '../i18n';
import { useNow } from '../features/conversations/ui/clock';
import { Icon, Menu, MenuChoice, MenuItem, MenuSeparator, PresenceDot, toast } from '../ui';
import { useBoard } from './board';
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
  const board = useBoard();
  const { formatDuration } = useFormat();
  const mine = board.of(user.id);
  const now = useNow('slow');
  const name = mine?.state === 'wrap_up' ? t('wrapUp') : (user.presence === 'busy' && board.reasonName(mine?.reason)) || t(NAMES[user.presence]);
  // 「忙碌」 without a reason, then each reason; the value of a reason is busy and its key.
  const options = PRESENCES.flatMap((value) => [
    { value: value as string, name: t(NAMES[value]), hint: t(HINTS[value]), presence: value },
    ...(value === 'busy' ? board.reasons.map((r) => ({ value: `busy ${r.key}`, name: r.name, hint: '', presence: value })) : []),
  ]);
  const chosen = user.presence === 'busy' && mine?.reason ? `busy ${mine.reason}` : user.presence;
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
        <button type="button" className={styles.presence} aria-label={`${t('presence')}: ${name}, ${state}`} title={state}>
          {connected ? <PresenceDot presence={mine?.state === 'wrap_up' ? 'busy' : user.presence} /> : <Icon name="refresh" size={13} className={styles.turning ?? ''} />}
          <span>{name}</span>
          <Icon name="chevronDown" size={14} />
        </button>
      }
    >
      <div className={styles.load}>
        {t('load', { load: user.load, capacity: user.capacity })}
        {mine && ` · ${t('stateFor', { name, time: formatDuration(Math.max(0, now - mine.since)) })}`}
      </div>
      <MenuChoice
        label={t('presence')}
        value={chosen}
        onChange={(value) => {
          const [presence, reason] = value.split(' ') as [Presence, string | undefined];
          setPresence.mutate({ presence, reason: reason ?? null });
        }}
        options={options.map((option) => ({
          value: option.value,
          label: (
            <span className={styles.option}>
              <PresenceDot presence={option.presence} />
              <span>
                {option.name}
                {option.hint && <small className={styles.hint}>{option.hint}</small>}
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
