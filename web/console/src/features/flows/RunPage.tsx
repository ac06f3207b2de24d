// One run, played back on the drawing of its own version: every step with what went in and came out. Goes on while it runs.
import { useState, type KeyboardEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { FlowVisit } from '@qingniao/shared/flow';
import { Link } from '../../app/router';
import { useHasRole } from '../../app/session';
import { usePageTitle } from '../../app/title';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, ErrorNote, Field, Icon, IconButton, Loading, Page, TextInput, toast } from '../../ui';
import { isTextField } from '../../commands/keys';
import { refreshResource } from '../../api';
import { closeRun } from './api/many';
import { useKinds, useVersion } from './api/queries';
import { isOver, useRun, useRunAct, type RunDetail } from './api/runs';
import { labelOf, nameOf, titleOf, type FlowDocument, type Kind } from './model/document';
import { withLayout } from './model/layout';
import { marksAt } from './model/marks';
import { manyMessages } from './messages/many';
import { runMessages } from './messages/runs';
import { FlowCanvas } from './ui/canvas/FlowCanvas';
import { RunFacts } from './ui/runs/RunFacts';
import { StateBadge } from './ui/runs/StateBadge';
import { StepDetail } from './ui/runs/StepDetail';
import { StepList } from './ui/runs/StepList';
import { useLanguage } from '../../i18n';
import { stepsOf } from './ui/simulator/marks';
import styles from './ui/runs/Run.module.css';

export default function RunPage({ params }: { params: Record<string, string> }) {
  const t = useT(runMessages);
  const id = params.id ?? '';
  const run = useRun(id);
  const kinds = useKinds();
  const version = useVersion(run.data?.flow_id ?? '', run.data?.version_hash ?? null);
  usePageTitle(t('run'));
  const error = run.error ?? kinds.error ?? version.error;
  if (error && !run.data) {
    return (
      <Page title={t('run')} back={{ to: '/runs', label: t('back') }}>
        <ErrorNote error={error} onRetry={() => void run.refetch()} />
      </Page>
    );
  }
  if (!run.data || !kinds.data || !version.data) return error ? <ErrorNote error={error} /> : <Loading />;
  const map = new Map(kinds.data.map((kind) => [kind.name, kind]));
  return <Replay key={id} run={run.data} kinds={map} document={withLayout(version.data.document, map)} />;
}

function Replay({ run, kinds, document }: { run: RunDetail; kinds: ReadonlyMap<string, Kind>; document: FlowDocument }) {
  const t = useT(runMessages);
  const english = useLanguage() === 'en';
  /** How many steps are shown; null follows the run. */
  const [place, setPlace] = useState<number | null>(null);
  const [selection, setSelection] = useState<readonly string[]>([]);
  const [reveal, setReveal] = useState(0);
  const all = run.steps.length;
  const count = Math.min(place ?? all, all);
  const steps = stepsOf(run.steps);
  const shown = run.steps[count - 1];
  function goTo(next: number) {
    const bounded = Math.max(1, Math.min(all, next));
    setPlace(bounded === all ? null : bounded);
    const step = run.steps[bounded - 1];
    if (!step) return;
    setSelection([step.node]);
    setReveal(reveal + 1);
  }
  function onKeyDown(event: KeyboardEvent) {
    if (isTextField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '[' || event.key === ',') goTo(count - 1);
    else if (event.key === ']' || event.key === '.') goTo(count + 1);
    else return;
    event.preventDefault();
  }
  // A step of a sub-flow is on another drawing.
  const stepTitle = (step: FlowVisit) => nameOf(document.nodes.find((one) => one.id === step.node && one.kind === step.kind) ?? { id: step.node, kind: step.kind, title: step.title === step.node ? '' : step.title }, kinds.get(step.kind), english);
  return (
    <div className={styles.page} onKeyDown={onKeyDown}>
      <Head run={run} name={titleOf(document, english)} />
      <div className={styles.body}>
        <div className={styles.centre}>
          <div className={styles.canvas}>
            <FlowCanvas document={document} kinds={kinds} selection={selection} onSelect={setSelection} reveal={reveal} marks={marksAt(steps, count)} at={shown?.node} label={t('canvas')} />
          </div>
          <div className={styles.player} role="group" aria-label={t('replay')}>
            <IconButton icon="chevronLeft" label={t('previousStep')} disabled={count <= 1} onClick={() => goTo(count - 1)} />
            <input type="range" className={styles.slider} min={1} max={Math.max(1, all)} value={count} aria-label={t('replay')} aria-valuetext={t('position', { n: count, all })} onChange={(event) => goTo(Number(event.target.value))} />
            <IconButton icon="chevronRight" label={t('nextStep')} disabled={count >= all} onClick={() => goTo(count + 1)} />
            <span className={styles.position}>{t('position', { n: count, all })}</span>
          </div>
        </div>
        <aside className={styles.side} aria-label={t('steps')}>
          <StepList steps={run.steps} count={count} title={stepTitle} onGo={goTo} more={run.more} />
          {shown && <StepDetail run={run} step={shown} title={stepTitle(shown)} label={(name) => labelOf(document.variables, name, english)} />}
          <RunFacts run={run} label={(name) => labelOf(document.variables, name, english)} />
        </aside>
      </div>
    </div>
  );
}

function Head({ run, name }: { run: RunDetail; name: string }) {
  const t = useT(runMessages);
  const { formatDateTime } = useFormat();
  const maySteer = useHasRole('supervisor');
  const act = useRunAct(run.id);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const m = useT(manyMessages);
  const client = useQueryClient();
  const [closing, setClosing] = useState(false);
  const [note, setNote] = useState('');
  const held = Boolean(run.paused_at);
  const hold = () => act.mutate({ act: held ? 'resume' : 'pause' }, { onSuccess: () => toast.success(t(held ? 'resumed' : 'paused')), onError: (error) => toast.error(error.message) });
  const retry = () => act.mutate({ act: 'retry' }, { onSuccess: () => toast.success(t('retried')), onError: (error) => toast.error(error.message) });
  return (
    <header className={styles.head}>
      <Link to="/runs" className={styles.back} aria-label={t('back')}>
        <Icon name="chevronLeft" size={18} />
      </Link>
      <div className={styles.heading}>
        <h1 className={styles.name}>{name}</h1>
        <span className={styles.meta}>
          {run.version_number !== null && `${t('versionNumber', { n: run.version_number })} · `}
          {formatDateTime(run.started_at)}
        </span>
      </div>
      <StateBadge state={run.state} />
      {held && <Badge>{t('isPaused')}</Badge>}
      {run.closed && <Badge>{m('closed')}</Badge>}
      <span className={styles.gap} />
      {run.conversation_id && (
        <Link to={`/conversations/${run.conversation_id}`} className={styles.link}>
          {t('conversation')}
        </Link>
      )}
      <Link to={`/flows/${run.flow_id}`} className={styles.link}>
        {t('openFlow')}
      </Link>
      {maySteer && run.state === 'failed' && (
        <Button icon="refresh" busy={act.isPending} onClick={retry}>
          {t('retry')}
        </Button>
      )}
      {maySteer && run.state === 'failed' && !run.closed && (
        <Button icon="check" onClick={() => setClosing(true)}>
          {m('closeOne')}
        </Button>
      )}
      {maySteer && !isOver(run.state) && (
        <Button icon={held ? 'play' : 'pause'} busy={act.isPending} onClick={hold}>
          {t(held ? 'resume' : 'pause')}
        </Button>
      )}
      {maySteer && !isOver(run.state) && (
        <Button variant="dangerGhost" onClick={() => setAsking(true)}>
          {t('cancelRun')}
        </Button>
      )}
      <ConfirmDialog
        open={closing}
        onClose={() => setClosing(false)}
        title={m('closeTitle', { n: 1 })}
        danger={false}
        text={
          <>
            <p>{m('closeText')}</p>
            <Field label={m('note')} optional>
              {(control) => <TextInput {...control} maxLength={500} placeholder={m('notePlaceholder')} value={note} onChange={(event) => setNote(event.target.value)} />}
            </Field>
          </>
        }
        action={m('closeOne')}
        onConfirm={async () => {
          await closeRun(run.id, note);
          await refreshResource(client, 'runs');
        }}
      />
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('cancelTitle')}
        text={
          <>
            <p>{t('cancelText')}</p>
            <Field label={t('reason')} optional>
              {(control) => <TextInput {...control} value={reason} onChange={(event) => setReason(event.target.value)} />}
            </Field>
          </>
        }
        action={t('cancelRun')}
        onConfirm={async () => {
          await act.mutateAsync({ act: 'cancel', body: { reason } });
          toast.success(t('cancelled'));
        }}
      />
    </header>
  );
}
