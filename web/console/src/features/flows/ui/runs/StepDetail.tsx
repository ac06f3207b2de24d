import type { FlowVisit } from '@qingniao/shared/flow';
import { useFormat, useT } from '../../../../i18n';
import { runMessages } from '../../messages/runs';
import { Data } from './Data';
import styles from './Run.module.css';

/** What one step asked, got and set. */
export function StepDetail({ step, title }: { step: FlowVisit; title: string }) {
  const t = useT(runMessages);
  const { formatDateTime } = useFormat();
  const last = step.attempts.at(-1);
  const facts = [step.attempts.length > 0 && t('attempts', { n: step.attempts.length }), step.took_ms > 0 && t('took_ms', { ms: step.took_ms }), last?.due_at && !step.ended_at && t('due', { at: formatDateTime(last.due_at) }), step.undo && t(`undo_${step.undo}`)];
  return (
    <section className={styles.detail} aria-live="polite">
      <h2 className={styles.heading2}>{title}</h2>
      <p className={styles.meta}>{facts.filter(Boolean).join(' · ')}</p>
      {step.error && (
        <div className={styles.error}>
          <strong>{t('error')}</strong> {step.error.message}
          <Data value={step.error.detail} />
        </div>
      )}
      <Data label={t('request')} value={last?.request} />
      <Data label={t('stepOutput')} value={step.output} />
      <Data label={t('sets')} value={Object.keys(step.sets).length > 0 ? step.sets : null} />
    </section>
  );
}
