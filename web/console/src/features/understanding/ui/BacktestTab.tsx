import { useState } from 'react';
import type { BacktestTurn, BacktestView } from '@qingniao/shared/api';
import { Link } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, EmptyState, ErrorNote, Field, Loading, Meter, Section, Segmented, Select } from '../../../ui';
import { useBacktest, useModels, useRun } from '../api';
import { evaluationMessages } from '../evaluation-messages';
import { OUTCOMES } from '../model/trial';
import { rolloutMessages } from '../rollout-messages';
import { OUTCOME_TONE } from './Differences';
import { RanBy, RunBar, useLatest } from './RunBar';
import { Sides } from './Sides';
import rows from './Differences.module.css';
import figures from './RolloutTab.module.css';
import styles from './EvaluationTab.module.css';

const COUNTS = ['50', '200', '500', '1000'] as const;
type Count = (typeof COUNTS)[number];

/** What a version would have changed in the newest conversations. */
export function BacktestTab() {
  const t = useT(evaluationMessages);
  const mayEdit = useHasRole('supervisor');
  const models = useModels();
  const { runs, running, newest, done } = useLatest('backtest');
  const found = useRun(done?.id ?? null);
  if (models.data?.length === 0) return <EmptyState icon="history" title={t('noModels')} text={t('noModelsText')} />;
  return (
    <div className={styles.tab}>
      <p className={styles.intro}>{t('backtestIntro')}</p>
      {mayEdit && <Start busy={running !== null} />}
      <RunBar newest={newest} mayEdit={mayEdit} />
      {(runs.isPending || (done && found.isPending)) && <Loading />}
      {runs.error && <ErrorNote error={runs.error} onRetry={() => void runs.refetch()} />}
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {runs.data && !done && !running && <EmptyState icon="history" title={t('backtestEmpty')} text={t('backtestEmptyText')} />}
      {found.data?.backtest && (
        <>
          <Summary result={found.data.backtest} />
          <Turns key={found.data.id} result={found.data.backtest} />
          <RanBy run={found.data} tookMs={found.data.backtest.took_ms} />
        </>
      )}
    </div>
  );
}

function Start({ busy }: { busy: boolean }) {
  const t = useT(evaluationMessages);
  const models = useModels();
  const backtest = useBacktest();
  const [model, setModel] = useState('');
  const [count, setCount] = useState<Count>('200');
  const all = models.data ?? [];
  const chosen = model || (all.find((one) => one.state !== 'live') ?? all[0])?.id || '';
  return (
    <>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          backtest.mutate({ modelId: chosen, conversations: Number(count) });
        }}
      >
        <Field label={t('version')} className={styles.choice ?? ''}>
          {(control) => <Select {...control} value={chosen} onChange={setModel} options={all.map((one) => ({ value: one.id, label: t('versionNumber', { n: one.number }) }))} />}
        </Field>
        <Field label={t('conversations')} className={styles.choice ?? ''}>
          {(control) => <Select<Count> {...control} value={count} onChange={setCount} options={COUNTS.map((value) => ({ value, label: t('conversationCount', { n: value }) }))} />}
        </Field>
        <Button type="submit" variant="primary" icon="history" disabled={busy || !chosen} busy={backtest.isPending}>
          {t('backtest')}
        </Button>
      </form>
      {backtest.error && <ErrorNote error={backtest.error} />}
    </>
  );
}

function Summary({ result }: { result: BacktestView }) {
  const t = useT(evaluationMessages);
  const names = useT(rolloutMessages);
  const { formatNumber, formatPercent } = useFormat();
  const of = (outcome: string) => result.outcomes.find((one) => one.outcome === outcome)?.turns ?? 0;
  const share = (turns: number) => (result.turns === 0 ? 0 : turns / result.turns);
  const title = result.against > 0 ? t('result', { n: result.number, against: result.against }) : t('resultAlone', { n: result.number });
  return (
    <Section title={title} description={t('resultText', { conversations: formatNumber(result.conversations), turns: formatNumber(result.turns) })}>
      <div className={figures.figures}>
        <p className={figures.headline}>
          <strong>{formatPercent(share(of('same') + of('alike')))}</strong>
          <span>{t('unchanged')}</span>
        </p>
        <ul className={figures.outcomes}>
          {OUTCOMES.map((outcome) => (
            <li key={outcome}>
              <div className={figures.row}>
                <span>{names(`outcome_${outcome}`)}</span>
                <span className={figures.number}>
                  {formatNumber(of(outcome))} · {formatPercent(share(of(outcome)))}
                </span>
              </div>
              <Meter label={names(`outcome_${outcome}`)} value={share(of(outcome))} />
            </li>
          ))}
        </ul>
      </div>
      {result.changed_since > 0 && <p className={styles.quiet}>{t('sinceText', { n: formatNumber(result.changed_since) })}</p>}
      {result.is_cut && <p className={styles.quiet}>{t('cut')}</p>}
    </Section>
  );
}

type Cause = 'version' | 'since';
const SHOWN = 30;

function Turns({ result }: { result: BacktestView }) {
  const t = useT(evaluationMessages);
  const names = useT(rolloutMessages);
  const [cause, setCause] = useState<Cause>('version');
  const [all, setAll] = useState(false);
  const wanted = result.differences.filter((turn) => (turn.outcome === 'same') === (cause === 'since'));
  const shown = all ? wanted : wanted.slice(0, SHOWN);
  return (
    <Section
      title={t('wouldChange')}
      actions={
        <Segmented<Cause>
          label={t('filter')}
          value={cause}
          onChange={setCause}
          options={[
            { value: 'version', label: t('byVersion') },
            { value: 'since', label: t('since') },
          ]}
        />
      }
    >
      {shown.length === 0 && <p className={styles.quiet}>{t('nothingChanges')}</p>}
      <ul className={rows.rows}>
        {shown.map((turn) => (
          <TurnRow key={turn.message_id} turn={turn} hasLive={result.against > 0} />
        ))}
      </ul>
      {wanted.length > shown.length && (
        <div>
          <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
            {names('all')} ({wanted.length})
          </Button>
        </div>
      )}
    </Section>
  );
}

function TurnRow({ turn, hasLive }: { turn: BacktestTurn; hasLive: boolean }) {
  const t = useT(evaluationMessages);
  const names = useT(rolloutMessages);
  const { formatRelative } = useFormat();
  const when = formatRelative(turn.at, Date.now());
  // The live version's word of today is only worth its room where it is not what was said then.
  const moved = turn.live.text !== turn.then.text || turn.live.intent_id !== turn.then.intent_id || turn.live.person !== turn.then.person;
  return (
    <li className={rows.row}>
      <div className={rows.asked}>
        <p lang={turn.language} className={rows.text}>
          {t('said', { text: turn.text })}
        </p>
        {turn.outcome !== 'same' && <Badge tone={OUTCOME_TONE[turn.outcome]}>{names(`outcome_${turn.outcome}`)}</Badge>}
        <Link to={`/conversations/${turn.conversation_id}`} className={rows.when} aria-label={t('openConversation', { at: when })}>
          {when}
        </Link>
      </div>
      <Sides
        sides={[
          { label: t('then'), note: '', said: turn.then },
          ...(moved && hasLive && turn.outcome !== 'same' ? [{ label: t('liveNow'), note: '', said: turn.live }] : []),
          { label: t('trialNow'), note: '', said: turn.trial },
        ]}
      />
    </li>
  );
}
