import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { InboxView, ReportLetter, ReportRange, ReportScheduleView, TeamView, UserView } from '@qingniao/shared/api';
import { api, path, refreshResource, useAll, useCreateKey } from '../../api';
import { hasRole, useSession } from '../../app/session';
import { useLanguage, useT } from '../../i18n';
import { Button, Checkbox, Dialog, Field, fieldError, FieldSet, SaveError, Select, Switch, TextInput, toast } from '../../ui';
import { clock, minuteOf, WEEKDAYS } from './mail';
import { mailMessages } from './mail-messages';
import { reportMessages } from './messages';
import { DIMENSIONS } from './model';
import styles from './Mail.module.css';

const RANGES: readonly ReportRange[] = ['day', 'week', 'month'];

interface Props {
  schedule: ReportScheduleView | null;
  shown: Pick<ReportLetter, 'by' | 'only_inbox_id' | 'only_agent_id'>;
  mailboxes: readonly InboxView[];
  onClose: () => void;
}

export function MailForm({ schedule, shown, mailboxes, onClose }: Props) {
  const t = useT(mailMessages);
  const reports = useT(reportMessages);
  const language = useLanguage();
  const { user, tenant } = useSession();
  const client = useQueryClient();
  const createKey = useCreateKey();
  const [letter, setLetter] = useState<ReportLetter>(
    () =>
      schedule?.letter ?? {
        name: reports('title'),
        inbox_id: mailboxes[0]?.id ?? '',
        range: 'week',
        ...shown,
        only_team_id: null,
        recipient_ids: [user.id],
        day: 1,
        minute: 540,
        language: language === 'en' ? 'en' : 'zh-CN',
        active: true,
      },
  );
  const [time, setTime] = useState(clock(letter.minute));
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const set = (patch: Partial<ReportLetter>) => setLetter({ ...letter, ...patch });
  const minute = minuteOf(time);
  async function save() {
    if (minute === null) return;
    setBusy(true);
    setError(null);
    try {
      const body = { ...letter, minute };
      if (schedule) await api.put(path('/report-schedules/{}', schedule.id), body, schedule.version);
      else await api.create('/report-schedules', body, createKey(body));
      await refreshResource(client, 'report-schedules');
      toast.success(t('saved'));
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog
      open
      kind="side"
      title={t(schedule ? 'change' : 'new')}
      onClose={onClose}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t(schedule ? 'save' : 'create')}
          </Button>
        </>
      }
    >
      <SaveError error={error} onReload={onClose} />
      <Field label={t('name')} hint={t('nameHint')} error={fieldError(error, 'name')}>
        {(control) => <TextInput {...control} autoFocus maxLength={80} value={letter.name} onChange={(event) => set({ name: event.target.value })} />}
      </Field>
      <Field label={t('mailbox')} error={fieldError(error, 'inbox_id')}>
        {(control) => <Select {...control} value={letter.inbox_id} onChange={(inbox_id) => set({ inbox_id })} options={mailboxes.map((one) => ({ value: one.id, label: one.name }))} />}
      </Field>
      <div className={styles.pair}>
        <Field label={t('range')}>
          {(control) => <Select<ReportRange> {...control} value={letter.range} onChange={(range) => set({ range, day: 1 })} options={RANGES.map((value) => ({ value, label: t(`range_${value}`) }))} />}
        </Field>
        <Field label={t('by')}>
          {(control) => <Select {...control} value={letter.by} onChange={(by) => set({ by })} options={DIMENSIONS.map((value) => ({ value, label: reports(`by_${value}`) }))} />}
        </Field>
      </div>
      <div className={styles.pair}>
        {letter.range === 'week' && (
          <Field label={t('day')} error={fieldError(error, 'day')}>
            {(control) => <Select {...control} value={String(letter.day)} onChange={(day) => set({ day: Number(day) })} options={WEEKDAYS.map((value) => ({ value: value as string, label: t(`weekday_${value}`) }))} />}
          </Field>
        )}
        {letter.range === 'month' && (
          <Field label={t('monthDay')} hint={t('monthDayHint')} error={fieldError(error, 'day')}>
            {(control) => <TextInput {...control} type="number" min={1} max={28} value={String(letter.day)} onChange={(event) => set({ day: Number(event.target.value) })} />}
          </Field>
        )}
        <Field label={t('time')} hint={t('timeHint', { zone: tenant.time_zone })} error={minute === null ? t('timeWrong') : fieldError(error, 'minute')}>
          {(control) => <TextInput {...control} inputMode="numeric" maxLength={5} value={time} onChange={(event) => setTime(event.target.value)} />}
        </Field>
        <Field label={t('language')}>
          {(control) => (
            <Select
              {...control}
              value={letter.language}
              onChange={(next) => set({ language: next })}
              options={[
                { value: 'zh-CN' as const, label: '中文' },
                { value: 'en' as const, label: 'English' },
              ]}
            />
          )}
        </Field>
      </div>
      <Narrowed letter={letter} set={set} />
      <Recipients letter={letter} set={set} error={fieldError(error, 'recipient_ids')} />
      <Switch checked={letter.active} onChange={(active) => set({ active })} label={t('active')} />
    </Dialog>
  );
}

interface PartProps {
  letter: ReportLetter;
  set: (patch: Partial<ReportLetter>) => void;
}

function Narrowed({ letter, set }: PartProps) {
  const t = useT(mailMessages);
  const inboxes = useAll<InboxView>('inboxes').data ?? [];
  const teams = useAll<TeamView>('teams').data ?? [];
  const users = useAll<UserView>('users').data ?? [];
  const choices = (all: readonly { id: string; name: string }[]) => [{ value: '', label: t('all') }, ...all.map((one) => ({ value: one.id, label: one.name }))];
  return (
    <div className={styles.pair}>
      <Field label={t('onlyInbox')}>
        {(control) => <Select {...control} value={letter.only_inbox_id ?? ''} onChange={(id) => set({ only_inbox_id: id || null })} options={choices(inboxes)} />}
      </Field>
      <Field label={t('onlyTeam')}>
        {(control) => <Select {...control} value={letter.only_team_id ?? ''} onChange={(id) => set({ only_team_id: id || null })} options={choices(teams)} />}
      </Field>
      <Field label={t('onlyAgent')}>
        {(control) => <Select {...control} value={letter.only_agent_id ?? ''} onChange={(id) => set({ only_agent_id: id || null })} options={choices(users)} />}
      </Field>
    </div>
  );
}

function Recipients({ letter, set, error }: PartProps & { error: string | undefined }) {
  const t = useT(mailMessages);
  const users = useAll<UserView>('users').data ?? [];
  const chosen = letter.recipient_ids;
  return (
    <FieldSet legend={t('recipients')} hint={t('recipientsHint')}>
      <div className={styles.several}>
        {users
          .filter((one) => hasRole(one.role, 'supervisor') && !one.disabled)
          .map((one) => (
            <Checkbox
              key={one.id}
              checked={chosen.includes(one.id)}
              onChange={(on) => set({ recipient_ids: on ? [...chosen, one.id] : chosen.filter((id) => id !== one.id) })}
              label={one.name}
              hint={one.email}
            />
          ))}
      </div>
      {error && (
        <p className={styles.bad} role="alert">
          {error}
        </p>
      )}
    </FieldSet>
  );
}
