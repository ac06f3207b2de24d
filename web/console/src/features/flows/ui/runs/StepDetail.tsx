import type { FlowStepView } from '@qingniao/shared/flows';
import { useFormat, useT } from '../../../../i18n';
import { runMessages } from '../../messages/runs';
import { Data } from './Data';
import styles from './Run.module.css';

/** What one step asked, got and set. */
export function StepDetail({ step, title }: { step: FlowStepView; title: string }) {
  const t = useT(runMessages);
  const { formatDateTime } = useFormat();
  const facts = [step.attempts > 0 && t('attempts', { n: step.attempts }), step.took_ms > 0 && t('took_ms', { ms: step.took_ms }), step.due_at !== null && step.ended_at === null && t('due', { at: formatDateTime(step.due_at) })];
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
      <Data label={t('request')} value={step.request} />
      <Data label={t('stepOutput')} value={step.output} />
      <Data label={t('sets')} value={Object.keys(step.sets).length > 0 ? step.sets : null} />
    </section>
  );
}
