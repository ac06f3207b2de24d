// What is given up as waiting grows, step by step.
import { useT } from '../../../i18n';
import { Button, Field, FieldSet, IconButton, Select, useRemoval } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { wordMessages } from '../messages/words';
import { replaced, without, type Overflow, type Relax } from '../model/policy';
import { useFault } from './faults';
import { NumberInput, SecondsInput } from './inputs';
import { useChoices, withGone } from './options';
import styles from './Editor.module.css';

const RELAX: readonly Relax[] = ['keep', 'any_level', 'drop'];
const SAME = '';
const ANY = '*';

export interface OverflowStepsProps {
  label: string;
  at: string;
  steps: readonly Overflow[];
  onChange(steps: Overflow[]): void;
}

export function OverflowSteps({ label, at, steps, onChange }: OverflowStepsProps) {
  const t = useT(editorMessages);
  const removal = useRemoval();
  const words = useT(wordMessages);
  const { teams } = useChoices();
  const fault = useFault();
  const targets = (team: string) => [{ value: SAME, label: t('teamSame') }, { value: ANY, label: t('teamAny') }, ...withGone(teams, [team])];
  return (
    <FieldSet legend={label}>
      {steps.map((step, n) => {
        const set = (change: Partial<Overflow>) => onChange(replaced(steps, n, { ...step, ...change }));
        const to = step.any_team ? ANY : (step.team ?? SAME);
        return (
          <div key={n} className={styles.step}>
            <div className={styles.cells}>
              <Field label={t('after')} error={fault(`${at}[${n}].after_seconds`)}>
                {(control) => <SecondsInput control={control} label={t('after')} value={step.after_seconds} onChange={(next) => set({ after_seconds: next ?? 0 })} />}
              </Field>
              <Field label={t('toTeam')}>
                {(control) => <Select {...control} value={to} onChange={(next) => set({ any_team: next === ANY, team: next === ANY || next === SAME ? null : next })} options={targets(step.team ?? '')} />}
              </Field>
              <Field label={words('do_skills')}>
                {(control) => <Select<Relax> {...control} value={step.skills ?? 'keep'} onChange={(skills) => set({ skills })} options={RELAX.map((value) => ({ value, label: words(`relax_${value}`) }))} />}
              </Field>
              <Field label={t('extra')} error={fault(`${at}[${n}].priority`)}>
                {(control) => <NumberInput control={control} unit={t('pointsUnit')} value={step.priority ?? 0} onChange={(priority) => set({ priority })} />}
              </Field>
            </div>
            <IconButton icon="close" size="sm" label={t('removeStep')} {...removal.button} onClick={() => removal.remove(n, () => onChange(without(steps, n)))} />
          </div>
        );
      })}
      <span>
        <Button size="sm" variant="ghost" icon="plus" {...removal.add} onClick={() => onChange([...steps, { after_seconds: (steps.at(-1)?.after_seconds ?? 0) + 300, skills: 'any_level' }])}>
          {t('addStep')}
        </Button>
      </span>
    </FieldSet>
  );
}
