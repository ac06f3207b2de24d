// The escalation chain of a service level: what happens when so much of the time is used up.
import { useT } from '../../../i18n';
import { Badge, Button, Checkbox, Field, FieldSet, IconButton, Select, useRemoval, type Removal } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { wordMessages } from '../messages/words';
import { METRICS, replaced, without, type Escalation, type Metric, type SlaAction } from '../model/policy';
import { useFault } from './faults';
import { NumberInput } from './inputs';
import { useChoices, withGone } from './options';
import styles from './Editor.module.css';

const ANY = '*';
const STAY = '';
const PLAIN = ['notify_owner', 'notify_supervisors', 'webhook'] as const;

export interface ChainProps {
  at: string;
  chain: readonly Escalation[];
  onChange(chain: Escalation[]): void;
}

export function Chain({ at, chain, onChange }: ChainProps) {
  const t = useT(editorMessages);
  const add = (at_percent: number, actions: SlaAction[]) => onChange([...chain, { metric: null, at_percent, actions }]);
  const removal = useRemoval();
  return (
    <FieldSet legend={t('chain')} hint={t('chainText')}>
      {chain.length === 0 && <p className={styles.quiet}>{t('chainNone')}</p>}
      {chain.map((step, n) => (
        <ChainStep key={n} at={`${at}[${n}]`} step={step} onChange={(next) => onChange(replaced(chain, n, next))} removal={removal.button} onRemove={() => removal.remove(n, () => onChange(without(chain, n)))} />
      ))}
      <div className={styles.buttons}>
        <Button size="sm" icon="plus" {...removal.add} onClick={() => add(75, ['notify_owner'])}>
          {t('addWarning')}
        </Button>
        <Button size="sm" icon="plus" onClick={() => add(100, ['notify_owner', 'notify_supervisors'])}>
          {t('addBreach')}
        </Button>
        <Button size="sm" icon="plus" onClick={() => add(150, ['notify_supervisors', { priority: 20 }])}>
          {t('addLate')}
        </Button>
      </div>
    </FieldSet>
  );
}

const isPriority = (action: SlaAction): action is { priority: number } => typeof action === 'object' && 'priority' in action;
const isTeam = (action: SlaAction): action is { to_team: string } => typeof action === 'object' && 'to_team' in action;

function ChainStep({ at, step, onChange, removal, onRemove }: { at: string; step: Escalation; onChange(step: Escalation): void; removal: Removal['button']; onRemove(): void }) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const { teams } = useChoices();
  const error = useFault()(at);
  const { actions } = step;
  const raise = actions.find(isPriority);
  const team = actions.find(isTeam)?.to_team ?? STAY;
  const setActions = (next: SlaAction[]) => onChange({ ...step, actions: next });
  const toggle = (action: (typeof PLAIN)[number], on: boolean) => setActions(on ? [...actions, action] : actions.filter((one) => one !== action));
  const setRaise = (points: number | null) => setActions([...actions.filter((one) => !isPriority(one)), ...(points === null ? [] : [{ priority: points }])]);
  const setTeam = (to: string) => setActions([...actions.filter((one) => !isTeam(one)), ...(to === STAY ? [] : [{ to_team: to }])]);
  const when = step.at_percent < 100 ? 'before' : step.at_percent === 100 ? 'breach' : 'late';
  return (
    <div className={styles.step} role="group" aria-label={`${t(when)} ${step.at_percent}%`}>
      <div className={styles.tab}>
        <span>
          <Badge tone={when === 'before' ? 'warning' : 'danger'}>{t(when)}</Badge>
        </span>
        <div className={styles.cells}>
          <Field label={t('atPercent')} error={error}>
            {(control) => <NumberInput control={control} unit={t('percentUnit')} value={step.at_percent} onChange={(at_percent) => onChange({ ...step, at_percent })} />}
          </Field>
          <Field label={t('metric')}>
            {(control) => (
              <Select
                {...control}
                value={step.metric ?? ANY}
                onChange={(next) => onChange({ ...step, metric: next === ANY ? null : (next as Metric) })}
                options={[{ value: ANY, label: words('metric_any') }, ...METRICS.map((value) => ({ value, label: words(`metric_${value}`) }))]}
              />
            )}
          </Field>
          <Field label={t('moveTeam')}>
            {(control) => <Select {...control} value={team} onChange={setTeam} options={[{ value: STAY, label: t('moveNone') }, ...withGone(teams, [team])]} />}
          </Field>
        </div>
        <div className={styles.checks} role="group" aria-label={t('actions')}>
          {PLAIN.map((action) => (
            <Checkbox key={action} label={t(action)} checked={actions.includes(action)} onChange={(on) => toggle(action, on)} />
          ))}
          <Checkbox label={t('raise')} checked={raise !== undefined} onChange={(on) => setRaise(on ? 20 : null)} />
          {raise && <NumberInput control={{}} label={t('raise')} unit={t('pointsUnit')} value={raise.priority} onChange={setRaise} />}
        </div>
      </div>
      <IconButton icon="close" size="sm" label={t('removeStep')} {...removal} onClick={onRemove} />
    </div>
  );
}
