// What a rule does: the effects it names, each with its own input.
import type { ReactNode } from 'react';
import { useT } from '../../../i18n';
import { Button, Field, IconButton, Menu, MenuItem, Select, TextInput, useRemoval } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { wordMessages } from '../messages/words';
import type { AfterHoursAction, Handling, Policy, Then } from '../model/policy';
import { useFault } from './faults';
import { NumberInput, SecondsInput } from './inputs';
import { useChoices, withGone } from './options';
import { OverflowSteps } from './OverflowSteps';
import { Skills } from './Skills';
import { useTell } from './tell';
import styles from './Editor.module.css';

const EFFECTS = ['handling', 'sla', 'priority', 'team', 'skills', 'same_language', 'hold_seconds', 'overflow', 'after_hours', 'compensation'] as const;
type Effect = (typeof EFFECTS)[number];
const HANDLINGS: readonly Handling[] = ['bot_first', 'people_first', 'bot_only'];
const HOURS: readonly AfterHoursAction[] = ['leave_message', 'wait', 'bot_only', 'other_team'];

export interface EffectsProps {
  policy: Policy;
  then: Then;
  at: string;
  onChange(then: Then): void;
}

export function Effects({ policy, then, at, onChange }: EffectsProps) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const { teams } = useChoices();
  const removal = useRemoval();
  const first: Required<Then> = {
    handling: 'people_first',
    sla: Object.keys(policy.sla)[0] ?? '',
    priority: 10,
    team: teams[0]?.value ?? '',
    skills: [{ skill: '', level: 1 }],
    same_language: true,
    hold_seconds: 30,
    overflow: [{ after_seconds: 300, skills: 'any_level' }],
    after_hours: { calendar: Object.keys(policy.calendars)[0] ?? '', action: 'leave_message' },
    compensation: '',
  };
  const there = EFFECTS.filter((effect) => then[effect] !== undefined);
  const absent = EFFECTS.filter((effect) => then[effect] === undefined);
  const remove = (effect: Effect) => {
    const { [effect]: _gone, ...rest } = then;
    onChange(rest);
  };
  return (
    <div className={styles.root}>
      {there.length === 0 && <p className={styles.quiet}>{t('emptyEffects')}</p>}
      <ul className={styles.effects}>
        {there.map((effect, n) => (
          <li key={effect} className={styles.effect}>
            <div className={styles.grow}>
              <EffectInput effect={effect} policy={policy} then={then} at={`${at}.${effect}`} onChange={onChange} />
            </div>
            <IconButton icon="trash" size="sm" label={t('removeEffect', { name: words(`do_${effect}`) })} {...removal.button} onClick={() => removal.remove(n, () => remove(effect))} />
          </li>
        ))}
      </ul>
      {absent.length > 0 && (
        <span>
          <Menu
            align="start"
            trigger={
              <Button size="sm" icon="plus" {...removal.add}>
                {t('addEffect')}
              </Button>
            }
          >
            {absent.map((effect) => (
              <MenuItem key={effect} onSelect={() => onChange({ ...then, [effect]: first[effect] })}>
                {words(`do_${effect}`)}
              </MenuItem>
            ))}
          </Menu>
        </span>
      )}
    </div>
  );
}

function EffectInput({ effect, policy, then, at, onChange }: EffectsProps & { effect: Effect }): ReactNode {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const { teams } = useChoices();
  const { seconds } = useTell(policy);
  const fault = useFault();
  const set = (change: Partial<Then>) => onChange({ ...then, ...change });
  const label = words(`do_${effect}`);
  const error = fault(at);
  switch (effect) {
    case 'handling':
      return <Field label={label}>{(control) => <Select<Handling> {...control} value={then.handling ?? 'bot_first'} onChange={(handling) => set({ handling })} options={HANDLINGS.map((value) => ({ value, label: words(`handling_${value}`) }))} />}</Field>;
    case 'sla': {
      const levels = Object.entries(policy.sla).map(([value, level]) => ({ value, label: level.name || value }));
      return (
        <Field label={label} error={error} hint={levels.length === 0 ? t('noLevels') : undefined}>
          {(control) => <Select {...control} value={then.sla ?? ''} onChange={(sla) => set({ sla })} options={withGone(levels, [then.sla ?? ''])} />}
        </Field>
      );
    }
    case 'priority':
      return (
        <Field label={label} error={error} hint={t('priorityHint', { time: seconds(60 / Math.max(policy.points_per_minute, 0.01)) })}>
          {(control) => <NumberInput control={control} unit={t('pointsUnit')} value={then.priority ?? 0} onChange={(priority) => set({ priority })} />}
        </Field>
      );
    case 'team':
      return <Field label={label}>{(control) => <Select {...control} value={then.team ?? ''} onChange={(team) => set({ team })} options={withGone(teams, [then.team ?? ''])} />}</Field>;
    case 'skills':
      return <Skills label={label} error={error} skills={then.skills ?? []} onChange={(skills) => set({ skills })} />;
    case 'same_language':
      return <Field label={label}>{(control) => <Select {...control} value={then.same_language ? 'yes' : 'no'} onChange={(next) => set({ same_language: next === 'yes' })} options={(['yes', 'no'] as const).map((value) => ({ value, label: words(value) }))} />}</Field>;
    case 'hold_seconds':
      return (
        <Field label={label} error={error} hint={t('holdHint')}>
          {(control) => <SecondsInput control={control} label={label} value={then.hold_seconds ?? 0} onChange={(next) => set({ hold_seconds: next ?? 0 })} />}
        </Field>
      );
    case 'overflow':
      return <OverflowSteps label={label} at={at} steps={then.overflow ?? []} onChange={(overflow) => set({ overflow })} />;
    case 'after_hours':
      return <Hours policy={policy} then={then} at={at} onChange={onChange} />;
    case 'compensation':
      return <Field label={label} hint={t('compensationHint')}>{(control) => <TextInput {...control} maxLength={80} value={then.compensation ?? ''} onChange={(event) => set({ compensation: event.target.value })} />}</Field>;
  }
}

function Hours({ policy, then, at, onChange }: EffectsProps) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const { teams } = useChoices();
  const fault = useFault();
  const hours = then.after_hours ?? { calendar: '', action: 'wait' as const };
  const set = (change: Partial<typeof hours>) => onChange({ ...then, after_hours: { ...hours, ...change } });
  const calendars = Object.entries(policy.calendars).map(([value, calendar]) => ({ value, label: calendar.name || value }));
  return (
    <div className={styles.cells} role="group" aria-label={words('do_after_hours')}>
      <Field label={words('do_after_hours')} error={fault(`${at}.calendar`)} hint={calendars.length === 0 ? t('noCalendars') : undefined}>
        {(control) => <Select {...control} value={hours.calendar} onChange={(calendar) => set({ calendar })} options={withGone(calendars, [hours.calendar])} />}
      </Field>
      <Field label={t('hoursAction')}>
        {(control) => <Select<AfterHoursAction> {...control} value={hours.action} onChange={(action) => set({ action, team: action === 'other_team' ? (hours.team ?? null) : null })} options={HOURS.map((value) => ({ value, label: words(`hours_${value}`) }))} />}
      </Field>
      {hours.action === 'other_team' && (
        <Field label={t('hoursTeam')} error={fault(`${at}.team`)}>
          {(control) => <Select {...control} value={hours.team ?? ''} onChange={(team) => set({ team })} options={withGone(teams, [hours.team ?? ''])} />}
        </Field>
      )}
    </div>
  );
}
