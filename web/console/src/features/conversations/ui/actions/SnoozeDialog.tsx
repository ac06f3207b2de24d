// Sets a conversation aside until a moment: the usual ones at a click, any other by date.
import { useState } from 'react';
import { formatDay, formatTime, shownTimeZone, useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Field, Icon, TextInput } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { messages } from '../../messages';
import { fromInputValue, snoozeUntil, toInputValue, type SnoozePreset } from '../../model/snooze';
import styles from './actions.module.css';

const PRESETS = [
  { value: 'hour', label: 'inHour' },
  { value: 'three_hours', label: 'inThreeHours' },
  { value: 'tomorrow', label: 'tomorrow' },
  { value: 'next_week', label: 'nextWeek' },
] as const satisfies readonly { value: SnoozePreset; label: string }[];

export function SnoozeDialog({ conversationId, onClose }: { conversationId: string; onClose(): void }) {
  const t = useT(messages);
  const actions = useConversationActions();
  const zone = shownTimeZone();
  const [now] = useState(Date.now);
  const [typed, setTyped] = useState(() => toInputValue(snoozeUntil('tomorrow', now, zone), zone));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const until = fromInputValue(typed, zone);
  const past = until === null || until <= Date.now();

  const snooze = async (at: number): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await actions.mustAct(conversationId, { do: 'snooze', until: at });
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('snoozeTitle')}
      description={t('snoozeText')}
      onSubmit={() => {
        if (until !== null && !past) void snooze(until);
      }}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" icon="snooze" busy={busy} disabled={past}>
            {t('snooze')}
          </Button>
        </>
      }
    >
      <div className={styles.presets}>
        {PRESETS.map((preset) => {
          const at = snoozeUntil(preset.value, now, zone);
          return (
            <button key={preset.value} type="button" className={styles.preset} disabled={busy} onClick={() => void snooze(at)}>
              <Icon name="clock" size={15} />
              <span>{t(preset.label)}</span>
              <span className={styles.presetTime}>
                {formatDay(at, now)} {formatTime(at)}
              </span>
            </button>
          );
        })}
      </div>
      <Field label={t('snoozeDate')} error={past && typed !== '' ? t('snoozePast') : undefined}>
        {(control) => (
          <TextInput {...control} type="datetime-local" value={typed} min={toInputValue(now, zone)} onChange={(event) => setTyped(event.target.value)} />
        )}
      </Field>
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}
