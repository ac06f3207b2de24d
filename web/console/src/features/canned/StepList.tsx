// What happens once the words are sent: one row for each, in order. What takes the conversation out of hand can only be the last.
import type { LabelView, MacroStep, TeamView } from '@qingniao/shared/api';
import { useAll } from '../../api';
import { useT } from '../../i18n';
import { Button, IconButton, Select, TextInput, useRemoval } from '../../ui';
import { cannedMessages } from './messages';
import { describe, stepMessages } from './steps';
import styles from './CannedPage.module.css';

const KINDS = ['add_labels', 'remove_labels', 'note', 'to_team', 'snooze', 'pend', 'resolve'] as const;
type Kind = (typeof KINDS)[number];
const LAST: Kind[] = ['to_team', 'snooze', 'pend', 'resolve'];
const STEPS_MAX = 10;
const SNOOZE_MINUTES = 60;

export const isLast = (step: MacroStep): boolean => LAST.includes(step.do);

/** What the form itself can tell to be wrong. */
export function stepsProblem(steps: MacroStep[]): 'lastOnly' | 'incomplete' | null {
  if (steps.slice(0, -1).some(isLast)) return 'lastOnly';
  const isWhole = (step: MacroStep): boolean => {
    if ('labels' in step) return step.labels.every((label) => label !== '') && step.labels.length > 0;
    if ('text' in step) return step.text.trim() !== '';
    if ('team_id' in step) return step.team_id !== '';
    return !('minutes' in step) || step.minutes > 0;
  };
  return steps.every(isWhole) ? null : 'incomplete';
}

export function StepList({ steps, onChange }: { steps: MacroStep[]; onChange(steps: MacroStep[]): void }) {
  const t = useT(cannedMessages);
  const words = useT(stepMessages);
  const labels = useAll<LabelView>('labels').data ?? [];
  const teams = useAll<TeamView>('teams').data ?? [];
  const fresh = (kind: Kind): MacroStep => {
    if (kind === 'add_labels' || kind === 'remove_labels') return { do: kind, labels: [labels[0]?.name ?? ''] };
    if (kind === 'note') return { do: kind, text: '' };
    if (kind === 'to_team') return { do: kind, team_id: teams[0]?.id ?? '' };
    if (kind === 'snooze') return { do: kind, minutes: SNOOZE_MINUTES };
    return { do: kind };
  };
  const removal = useRemoval();
  const put = (at: number, step: MacroStep): void => onChange(steps.map((old, i) => (i === at ? step : old)));
  const kinds = KINDS.map((value) => ({ value, label: t(`kind_${value}`) }));
  return (
    <fieldset className={styles.steps}>
      <legend>{t('steps')}</legend>
      {steps.map((step, at) => (
        <div key={at} className={styles.step} role="group" aria-label={describe(step, words, (id) => teams.find((team) => team.id === id)?.name ?? '')}>
          <Select<Kind> label={t('kind')} value={step.do} onChange={(kind) => put(at, fresh(kind))} options={kinds} />
          {'labels' in step && step.labels.length === 1 && (
            <Select label={t('label')} value={step.labels[0] ?? ''} onChange={(name) => put(at, { ...step, labels: [name] })} options={labels.map(({ name }) => ({ value: name, label: name }))} />
          )}
          {'labels' in step && step.labels.length > 1 && <span>{step.labels.join(words('comma'))}</span>}
          {'text' in step && <TextInput aria-label={t('noteText')} placeholder={t('noteText')} maxLength={2000} value={step.text} onChange={(event) => put(at, { ...step, text: event.target.value })} />}
          {'team_id' in step && <Select label={t('team')} value={step.team_id} onChange={(id) => put(at, { ...step, team_id: id })} options={teams.map(({ id, name }) => ({ value: id, label: name }))} />}
          {'minutes' in step && (
            <TextInput aria-label={t('minutes')} type="number" min={1} value={String(step.minutes)} onChange={(event) => put(at, { ...step, minutes: Math.trunc(Number(event.target.value)) })} />
          )}
          <IconButton icon="trash" plain label={t('removeStep')} {...removal.button} onClick={() => removal.remove(at, () => onChange(steps.filter((_, i) => i !== at)))} />
        </div>
      ))}
      <Button size="sm" icon="plus" {...removal.add} disabled={steps.length >= STEPS_MAX} onClick={() => onChange([...steps, fresh('add_labels')])}>
        {t('addStep')}
      </Button>
    </fieldset>
  );
}
