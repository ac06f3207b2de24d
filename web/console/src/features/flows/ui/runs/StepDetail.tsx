import type { FlowVisit } from '@qingniao/shared/flow';
import { useHasRole } from '../../../../app/session';
import { useFormat, useLanguage, useT } from '../../../../i18n';
import { Badge } from '../../../../ui';
import { decisionOf, type ApprovalDecision } from '../../model/decision';
import { same } from '../../model/diff';
import { isOver, type Run } from '../../api/runs';
import type { Json, JsonObject } from '../../model/document';
import { whyOf } from '../../model/why';
import { runMessages } from '../../messages/runs';
import { Facts } from './Facts';
import { Data } from './Data';
import { Exchanges } from './Exchanges';
import styles from './Run.module.css';

export interface StepDetailProps {
  run: Run;
  step: FlowVisit;
  title: string;
  label: (name: string) => string;
}

/** What one step asked, got and set; for those who may see it, what it said to other systems. */
export function StepDetail({ run, step, title, label }: StepDetailProps) {
  const t = useT(runMessages);
  const maySeeExchanges = useHasRole('supervisor');
  const { formatDateTime } = useFormat();
  const language = useLanguage();
  const last = step.attempts.at(-1);
  const decision = decisionOf(step);
  const facts = [step.attempts.length > 0 && t('attempts', { n: step.attempts.length }), step.took_ms > 0 && t('took_ms', { ms: step.took_ms }), last?.due_at && !step.ended_at && t('due', { at: formatDateTime(last.due_at) }), step.undo && t(`undo_${step.undo}`), step.reused && t('reused')];
  return (
    <section className={styles.detail} aria-live="polite">
      <h2 className={styles.heading2}>{title}</h2>
      <p className={styles.meta}>{facts.filter(Boolean).join(' · ')}</p>
      {step.corrected && (
        <p>
          {t('corrected')} {step.corrected}
        </p>
      )}
      {step.error && (
        <div className={styles.error}>
          <strong>{t('error')}</strong> {whyOf(step.error, language)}
          <Data value={step.error.detail} />
        </div>
      )}
      {step.kind === 'approval' ? (
        <Approved request={last?.request as JsonObject | null | undefined} decision={decision} />
      ) : (
        <>
          <Data label={t('request')} value={last?.request} />
          <Data label={t('stepOutput')} value={step.output} />
        </>
      )}
      <Data label={t('named')} value={namedIn(step, 'entities')} />
      <Data label={t('namedLikely')} value={namedIn(step, 'likely')} />
      <Sets sets={step.sets} output={step.output} label={label} />
      {maySeeExchanges && step.attempts.length > 0 && <Exchanges runId={run.id} step={step.step} moves={!isOver(run.state)} />}
    </section>
  );
}

/** What the customer's words named besides the answer; null for nothing. */
function namedIn(step: FlowVisit, how: 'entities' | 'likely'): Record<string, unknown> | null {
  const named = step.named?.[how];
  return named && Object.keys(named).length > 0 ? named : null;
}

/** The variables it wrote; what was shown already is not shown again. */
function Sets({ sets, output, label }: { sets: Record<string, unknown>; output: unknown; label: (name: string) => string }) {
  const t = useT(runMessages);
  const names = Object.keys(sets).filter((name) => same(sets[name], output));
  const others = Object.entries(sets).filter(([name]) => !names.includes(name));
  return (
    <>
      {names.length > 0 && (
        <p className={styles.meta}>
          {t('sets')}: {names.map(label).join(', ')}
        </p>
      )}
      <Data label={t('sets')} value={others.length > 0 ? Object.fromEntries(others.map(([name, value]) => [label(name), value])) : null} />
    </>
  );
}

/** What was asked, and what was decided by whom. */
function Approved({ request, decision }: { request: JsonObject | null | undefined; decision: ApprovalDecision | null }) {
  const t = useT(runMessages);
  const { formatDateTime } = useFormat();
  const asked = request?.payload ?? null;
  const changed = decision !== null && decision.payload !== null && !same(decision.payload, asked);
  return (
    <>
      {typeof request?.title === 'string' && <p>{request.title}</p>}
      <Facts value={asked as Json} />
      {decision && (
        <p>
          <Badge tone={decision.approved ? 'success' : 'warning'}>{t(decision.approved ? 'approved' : 'declined')}</Badge>{' '}
          <span className={styles.meta}>{[decision.by, decision.at !== null && formatDateTime(decision.at)].filter(Boolean).join(' · ')}</span>
        </p>
      )}
      {decision?.comment && (
        <p>
          {t('comment')}: {decision.comment}
        </p>
      )}
      {changed && <Facts label={t('decidedAs')} value={decision.payload} />}
    </>
  );
}
