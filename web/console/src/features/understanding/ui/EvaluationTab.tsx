import { useState } from 'react';
import type { EvaluationView, IntentScore } from '@qingniao/shared/api';
import { Link } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useFormat, useT } from '../../../i18n';
import { Button, EmptyState, ErrorNote, Field, Loading, Section, Select, Table, toast } from '../../../ui';
import { useEvaluate, useHoldOut, useModels, useRun } from '../api';
import { evaluationMessages } from '../evaluation-messages';
import { Changed, Comparison } from './Comparison';
import { CurveChart } from './CurveChart';
import { MatrixChart } from './MatrixChart';
import { RanBy, RunBar, useLatest } from './RunBar';
import styles from './EvaluationTab.module.css';

const SHARE = 20;

/** How well the examples teach, and how two versions do on the same questions. */
export function EvaluationTab() {
  const t = useT(evaluationMessages);
  const mayEdit = useHasRole('supervisor');
  const { runs, running, newest, done } = useLatest('evaluation');
  const found = useRun(done?.id ?? null);
  return (
    <div className={styles.tab}>
      <p className={styles.intro}>{t('intro')}</p>
      {mayEdit && <Start busy={running !== null} />}
      <RunBar newest={newest} mayEdit={mayEdit} />
      {(runs.isPending || (done && found.isPending)) && <Loading />}
      {runs.error && <ErrorNote error={runs.error} onRetry={() => void runs.refetch()} />}
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {runs.data && !done && !running && <EmptyState icon="chart" title={t('empty')} text={t('emptyText')} />}
      {found.data?.evaluation && (
        <>
          <Results evaluation={found.data.evaluation} />
          <RanBy run={found.data} tookMs={found.data.evaluation.took_ms} />
        </>
      )}
    </div>
  );
}

function Start({ busy }: { busy: boolean }) {
  const t = useT(evaluationMessages);
  const models = useModels();
  const evaluate = useEvaluate();
  const holdOut = useHoldOut();
  const [model, setModel] = useState<string | null>(null);
  const [against, setAgainst] = useState('');
  const all = models.data ?? [];
  const newest = all.find((one) => one.state !== 'live')?.id ?? '';
  const chosen = model ?? newest;
  const choices = all.map((one) => ({ value: one.id, label: t('versionNumber', { n: one.number }) }));
  return (
    <>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          evaluate.mutate({ modelId: chosen || null, againstId: against || null });
        }}
      >
        <Field label={t('version')} className={styles.choice ?? ''}>
          {(control) => <Select {...control} value={chosen} onChange={setModel} options={[{ value: '', label: t('none') }, ...choices]} />}
        </Field>
        {chosen && (
          <Field label={t('against')} className={styles.choice ?? ''}>
            {(control) => <Select {...control} value={against} onChange={setAgainst} options={[{ value: '', label: t('liveVersion') }, ...choices.filter((one) => one.value !== chosen)]} />}
          </Field>
        )}
        <Button type="submit" variant="primary" icon="chart" disabled={busy} busy={evaluate.isPending}>
          {t('evaluate')}
        </Button>
        <Button
          icon="flask"
          busy={holdOut.isPending}
          title={t('holdOutHint')}
          onClick={() => holdOut.mutate(SHARE, { onSuccess: (done) => toast.success(done.count > 0 ? t('heldOut', { n: done.count }) : t('heldOutNone')), onError: () => toast.error(t('failed')) })}
        >
          {t('holdOut')}
        </Button>
      </form>
      <p className={styles.quiet}>{t('holdOutHint')}</p>
      {evaluate.error && <ErrorNote error={evaluate.error} />}
    </>
  );
}

function Results({ evaluation }: { evaluation: EvaluationView }) {
  const t = useT(evaluationMessages);
  const { formatNumber, formatPercent } = useFormat();
  return (
    <>
      {evaluation.comparison && <Comparison comparison={evaluation.comparison} />}
      <Section title={t('learnt')} description={t('learntText', { examples: formatNumber(evaluation.examples), folds: evaluation.folds })}>
        <dl className={styles.headlines}>
          <div>
            <dd>{formatPercent(evaluation.accuracy)}</dd>
            <dt>{t('accuracy')}</dt>
          </div>
          <div>
            <dd>{formatPercent(evaluation.macro_f1)}</dd>
            <dt>{t('macroF1')}</dt>
          </div>
        </dl>
      </Section>
      <Section title={t('curve')} description={t('curveText')}>
        <CurveChart curve={evaluation.curve} threshold={evaluation.threshold} />
      </Section>
      <Section title={t('matrix')} description={t('matrixText')}>
        <MatrixChart evaluation={evaluation} />
      </Section>
      <Section title={t('intents')}>
        <Scores scores={evaluation.intents} />
      </Section>
      {evaluation.comparison && evaluation.comparison.sides.length > 1 && <Changed comparison={evaluation.comparison} />}
    </>
  );
}

function Scores({ scores }: { scores: readonly IntentScore[] }) {
  const t = useT(evaluationMessages);
  const { formatNumber, formatPercent } = useFormat();
  return (
    <Table
      label={t('intents')}
      rows={scores}
      rowKey={(one) => one.intent_id}
      columns={[
        { key: 'intent', title: t('intent'), grow: true, render: (one) => <Link to={`/understanding/${one.intent_id}`}>{one.name}</Link> },
        { key: 'examples', title: t('examples'), align: 'end', wideOnly: true, render: (one) => formatNumber(one.examples) },
        { key: 'precision', title: t('precision'), align: 'end', render: (one) => formatPercent(one.precision) },
        { key: 'recall', title: t('recall'), align: 'end', render: (one) => formatPercent(one.recall) },
        { key: 'f1', title: t('f1'), align: 'end', render: (one) => formatPercent(one.f1) },
      ]}
    />
  );
}
