// Every run of every flow, newest first; what failed with nobody at it; and what is done to many at once.
import { useEffect, useState } from 'react';
import type { FlowRunState } from '@qingniao/shared/flow';
import { flatten } from '../../api';
import { Link, navigate, useSearchParam } from '../../app/router';
import { useHasRole } from '../../app/session';
import { usePageTitle } from '../../app/title';
import { useFormat, useLanguage, useT } from '../../i18n';
import { Badge, Button, EmptyState, ErrorNote, LoadMore, Loading, Page, Select, Table, TextInput, useDebounced } from '../../ui';
import { orderFilter, useDeadCount } from './api/many';
import { useFlowNames } from './api/names';
import { useFlows } from './api/queries';
import { isOver, useRuns, type Run, type RunFilter } from './api/runs';
import { listMessages } from './messages/list';
import { manyMessages } from './messages/many';
import { runMessages } from './messages/runs';
import { wordsOf } from './model/why';
import { FlowTabs } from './ui/list/FlowTabs';
import { AllThatFit } from './ui/runs/AllThatFit';
import { ManyBar } from './ui/runs/Many';
import { StateBadge, triggerWord } from './ui/runs/StateBadge';
import many from './ui/runs/Many.module.css';
import styles from './ui/list/List.module.css';

const STATES: readonly FlowRunState[] = ['active', 'parked', 'done', 'failed', 'cancelled'];

const DEAD = 'dead';
const STUCK = 'stuck';

export default function RunsPage() {
  const t = useT(runMessages);
  const m = useT(manyMessages);
  const list = useT(listMessages);
  const nameOf = useFlowNames();
  const maySteer = useHasRole('supervisor');
  usePageTitle(t('title'));
  const [flow, setFlow] = useSearchParam('flow');
  const [wanted, setState] = useSearchParam('state');
  const [q, setQ] = useSearchParam('q');
  const [typed, setTyped] = useState(q);
  const settled = useDebounced(typed.trim());
  useEffect(() => {
    if (settled !== q) setQ(settled);
  }, [settled, q, setQ]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const dead = wanted === DEAD;
  const stuck = wanted === STUCK;
  const state = STATES.find((one) => one === wanted) ?? '';
  const flows = useFlows();
  const waiting = useDeadCount();
  const filter: RunFilter = { flow, state, dead: dead || undefined, stuck: stuck || undefined, q };
  const runs = useRuns(filter);
  const rows = flatten(runs.data);
  const picked = rows.filter((run) => chosen.has(run.id));
  const deadLabel = waiting.data ? m('deadCount', { n: waiting.data }) : m('dead');
  return (
    <Page title={list('title')} description={list('description')}>
      <FlowTabs here="runs">
        <div className={many.filters}>
          <div className={many.search}>
            <TextInput icon="search" type="search" maxLength={100} aria-label={m('search')} placeholder={m('searchHint')} value={typed} onChange={(event) => setTyped(event.target.value)} />
          </div>
          <Select label={t('flow')} value={flow} onChange={setFlow} options={[{ value: '', label: t('anyFlow') }, ...(flows.data ?? []).map((one) => ({ value: one.id, label: nameOf(one.id) }))]} />
          <Select<FlowRunState | '' | typeof DEAD | typeof STUCK>
            label={t('state')}
            value={dead ? DEAD : stuck ? STUCK : state}
            onChange={setState}
            options={[{ value: '', label: t('anyState') }, { value: DEAD, label: deadLabel }, { value: STUCK, label: m('stuck') }, ...STATES.map((value) => ({ value, label: t(`state_${value}`) }))]}
          />
          {maySteer && (
            <div className={many.acts}>
              <AllThatFit filter={orderFilter(filter)} />
            </div>
          )}
        </div>
        {!dead && Boolean(waiting.data) && (
          <div className={many.dead} role="status">
            <span>{m('stuckCount', { n: waiting.data ?? 0 })}</span>
            <Button size="sm" onClick={() => setState(DEAD)}>
              {m('show')}
            </Button>
          </div>
        )}
        {runs.isPending && <Loading />}
        {runs.error && <ErrorNote error={runs.error} onRetry={() => void runs.refetch()} />}
        {runs.data && rows.length === 0 && <Nothing searched={q !== ''} dead={dead} stuck={stuck} filtered={Boolean(flow || state)} />}
        {rows.length > 0 && <RunTable rows={rows} nameOf={nameOf} chosen={chosen} onChoose={maySteer ? setChosen : null} />}
        <LoadMore hasMore={runs.hasNextPage} busy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()} />
        {maySteer && <ManyBar chosen={picked} nameOf={nameOf} onDone={() => setChosen(new Set())} />}
      </FlowTabs>
    </Page>
  );
}

function Nothing({ searched, dead, stuck, filtered }: { searched: boolean; dead: boolean; stuck: boolean; filtered: boolean }) {
  const t = useT(runMessages);
  const m = useT(manyMessages);
  if (searched) return <EmptyState icon="search" title={t('noMatch')} />;
  if (dead) return <EmptyState icon="check" title={m('deadEmpty')} text={m('deadEmptyText')} />;
  if (stuck) return <EmptyState icon="check" title={m('stuckEmpty')} text={m('stuckEmptyText')} />;
  return filtered ? <EmptyState icon="search" title={t('noMatch')} /> : <EmptyState icon="history" title={t('empty')} text={t('emptyText')} />;
}

interface RunTableProps {
  rows: readonly Run[];
  nameOf: (id: string) => string;
  chosen: ReadonlySet<string>;
  /** None: nothing can be done to them. */
  onChoose: ((chosen: ReadonlySet<string>) => void) | null;
}

function RunTable({ rows, nameOf, chosen, onChoose }: RunTableProps) {
  const t = useT(runMessages);
  const m = useT(manyMessages);
  const language = useLanguage();
  const { formatDateTime, formatDuration } = useFormat();
  const toggle = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    onChoose?.(next);
  };
  const all = rows.every((run) => chosen.has(run.id));
  const choice = onChoose && {
    key: 'choose',
    title: m('selectAll'),
    titleHidden: true,
    render: (run: Run) => <input type="checkbox" className={many.pick} aria-label={m('select', { name: nameOf(run.flow_id), at: formatDateTime(run.started_at) })} checked={chosen.has(run.id)} onChange={(event) => toggle(run.id, event.target.checked)} />,
  };
  return (
    <>
    {onChoose && (
      <label className={many.all}>
        <input type="checkbox" className={many.pick} checked={all} onChange={() => onChoose(new Set(all ? [] : rows.map((run) => run.id)))} />
        {m('selectAll')}
      </label>
    )}
    <Table
      label={t('title')}
      rows={rows}
      rowKey={(run) => run.id}
      onRowClick={(run) => navigate(`/runs/${run.id}`)}
      columns={[
        ...(choice ? [choice] : []),
        {
          key: 'flow',
          title: t('flow'),
          grow: true,
          render: (run) => (
            <span className={styles.flow}>
              <Link to={`/runs/${run.id}`} className={styles.name}>
                {nameOf(run.flow_id)}
              </Link>
              {run.version_number !== null && <span className={styles.quiet}>{t('versionNumber', { n: run.version_number })}</span>}
              {run.error && <span className={styles.bad}>{wordsOf(run, language)}</span>}
            </span>
          ),
        },
        { key: 'state', title: t('state'), render: (run) => <RunState run={run} /> },
        { key: 'trigger', title: t('trigger'), wideOnly: true, render: (run) => <span className={styles.quiet}>{triggerWord(run.trigger, t)}</span> },
        { key: 'started', title: t('started'), wideOnly: true, render: (run) => <span className={styles.quiet}>{formatDateTime(run.started_at)}</span> },
        { key: 'took', title: t('took'), wideOnly: true, align: 'end', render: (run) => <span className={styles.quiet}>{isOver(run.state) ? formatDuration(run.changed_at - run.started_at) : '–'}</span> },
      ]}
    />
    </>
  );
}

function RunState({ run }: { run: Run }) {
  const m = useT(manyMessages);
  return (
    <span className={styles.flow}>
      <StateBadge state={run.state} />
      {run.closed && <Badge>{m('closed')}</Badge>}
    </span>
  );
}
