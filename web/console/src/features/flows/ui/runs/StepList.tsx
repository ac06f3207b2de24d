import { useEffect, useRef } from 'react';
import type { FlowVisit } from '@qingniao/shared/flow';
import { useFormat, useT } from '../../../../i18n';
import { Badge, cx } from '../../../../ui';
import { runMessages } from '../../messages/runs';
import { decisionOf } from '../../model/decision';
import { StepBadge } from './StateBadge';
import styles from './Run.module.css';

export interface StepListProps {
  steps: readonly FlowVisit[];
  /** How many are played; the last of them is current. */
  count: number;
  title: (step: FlowVisit) => string;
  onGo: (count: number) => void;
  more: boolean;
}

/** The journal as a list; a press goes there. */
export function StepList({ steps, count, title, onGo, more }: StepListProps) {
  const t = useT(runMessages);
  const { formatTime } = useFormat();
  const current = useRef<HTMLLIElement>(null);
  useEffect(() => {
    void current.current?.scrollIntoView?.({ block: 'nearest' });
  }, [count]);
  return (
    <section>
      <h2 className={styles.heading2}>{t('steps')}</h2>
      <ol className={styles.steps}>
        {steps.map((step, index) => (
          <li key={step.step} ref={index === count - 1 ? current : null}>
            <button type="button" className={cx(styles.step, index === count - 1 && styles.now, index >= count && styles.later)} aria-current={index === count - 1 ? 'step' : undefined} onClick={() => onGo(index + 1)}>
              <span className={styles.time}>{formatTime(step.began_at)}</span>
              <span className={styles.stepName}>
                {title(step)}
                {step.path && <small className={styles.path}>{step.path}</small>}
              </span>
              <Outcome step={step} />
            </button>
          </li>
        ))}
      </ol>
      {more && <p className={styles.meta}>{t('moreSteps')}</p>}
    </section>
  );
}

/** What became of the step; of an approval, what was decided. */
function Outcome({ step }: { step: FlowVisit }) {
  const t = useT(runMessages);
  const decision = decisionOf(step);
  if (step.corrected) {
    return <Badge tone="info">{t('step_corrected')}</Badge>;
  }
  return decision ? <Badge tone={decision.approved ? 'success' : 'warning'}>{t(decision.approved ? 'approved' : 'declined')}</Badge> : <StepBadge standing={step.standing} />;
}
