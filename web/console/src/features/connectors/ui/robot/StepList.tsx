// The steps of a routine, one card each; moved and removed with buttons, so that the keyboard does all the mouse does.
import { useT } from '../../../../i18n';
import { Button, IconButton, Select, TextInput, cx, useRemoval } from '../../../../ui';
import { robotMessages } from '../../messages/robot';
import { FIELDS, STEP_KINDS, insertStep, missing, moveStep, turnInto, type Step, type StepField, type StepKind } from '../../model/routine';
import { SecretField } from '../AuthSection';
import styles from './Robot.module.css';

export interface StepListProps {
  steps: readonly Step[];
  /** Of the pages: where a secret would be typed. */
  address: string;
  /** Played up to here, and new steps come behind it. */
  chosen: number;
  tried: boolean;
  onChoose: (index: number) => void;
  onChange: (steps: Step[]) => void;
}

export function StepList({ steps, address, chosen, tried, onChoose, onChange }: StepListProps) {
  const t = useT(robotMessages);
  const removal = useRemoval();
  const put = (index: number, step: Step) => onChange(steps.map((one, at) => (at === index ? step : one)));
  function move(from: number, to: number) {
    onChange(moveStep(steps, from, to));
    onChoose(to);
  }
  function addBehind(index: number) {
    onChange(insertStep(steps, index + 1, { do: 'click', at: '' }));
    onChoose(index + 1);
  }
  return (
    <>
      <ol className={styles.steps} aria-label={t('steps')}>
        {steps.map((step, index) => (
          <li key={index} className={cx(styles.step, index === chosen && styles.chosen)} onFocus={() => onChoose(index)} onClick={() => onChoose(index)} aria-current={index === chosen ? 'step' : undefined}>
            <div className={styles.stepHead}>
              <span className={styles.number} aria-hidden="true">
                {index + 1}
              </span>
              <Select<StepKind> size="sm" label={t('kindOf', { n: index + 1 })} value={step.do} onChange={(kind) => put(index, turnInto(step, kind))} options={STEP_KINDS.map((value) => ({ value, label: t(`do_${value}`) }))} />
              <span className={styles.gap} />
              <IconButton icon="chevronUp" size="sm" label={t('moveUp', { n: index + 1 })} disabled={index === 0} onClick={() => move(index, index - 1)} />
              <IconButton icon="chevronDown" size="sm" label={t('moveDown', { n: index + 1 })} disabled={index === steps.length - 1} onClick={() => move(index, index + 1)} />
              <IconButton icon="trash" size="sm" label={t('removeStep', { n: index + 1 })} disabled={steps.length === 1} {...removal.button} onClick={() => removal.remove(index, () => onChange(steps.filter((_, at) => at !== index)))} />
            </div>
            <StepFields step={step} number={index + 1} address={address} onChange={(next) => put(index, next)} />
            {tried && missing(step).length > 0 && <p className={styles.wrong}>{t('notFilled')}</p>}
          </li>
        ))}
      </ol>
      <span>
        <Button size="sm" icon="plus" {...removal.add} onClick={() => addBehind(Math.min(chosen, steps.length - 1))}>
          {t('addStep')}
        </Button>
      </span>
    </>
  );
}

function StepFields({ step, number, address, onChange }: { step: Step; number: number; address: string; onChange: (step: Step) => void }) {
  const t = useT(robotMessages);
  const field = (name: StepField) => {
    const label = t('fieldOf', { n: number, field: t(`field_${name}`) });
    if (name === 'secret') return <SecretField key={name} label={t('field_secret')} value={step.secret ?? ''} address={address} onChange={(secret) => onChange({ ...step, secret })} />;
    return (
      <label key={name} className={styles.field}>
        <span className={styles.fieldName}>{t(`field_${name}`)}</span>
        <TextInput aria-label={label} spellCheck={false} className={cx(name === 'at' && styles.code)} value={step[name] ?? ''} onChange={(event) => onChange({ ...step, [name]: event.target.value })} />
      </label>
    );
  };
  return <div className={styles.stepFields}>{FIELDS[step.do].map(field)}</div>;
}
