// Every run of every flow, newest first.
import type { FlowRunState } from '@qingniao/shared/flow';
import { flatten } from '../../api';
import { Link, navigate, useSearchParam } from '../../app/router';
import { usePageTitle } from '../../app/title';
import { useFormat, useLanguage, useT } from '../../i18n';
import { EmptyState, ErrorNote, LoadMore, Loading, Page, Select, Table } from '../../ui';
import { useFlows } from './api/queries';
import { isOver, useRuns, type Run } from './api/runs';
import { listMessages } from './messages/list';
import { runMessages } from './messages/runs';
import { wordsOf } from './model/why';
import { FlowTabs } from './ui/list/FlowTabs';
import { StateBadge, triggerWord } from './ui/runs/StateBadge';
import styles from './ui/list/List.module.css';

const STATES: readonly FlowRunState[] = ['active', 'parked', 'done', 'failed', 'cancelled'];

export default function RunsPage() {
  const t = useT(runMessages);
  const list = useT(listMessages);
  usePageTitle(t('title'));
  const [flow, setFlow] = useSearchParam('flow');
  const [wanted, setState] = useSearchParam('state');
  const state = STATES.find((one) => one === wanted) ?? '';
  const flows = useFlows();
  const runs = useRuns({ flow, state });
  const rows = flatten(runs.data);
  const nameOf = (id: string) => flows.data?.find((one) => one.id === id)?.name ?? id;
  return (
    <Page title={list('title')} description={list('description')}>
      <FlowTabs here="runs">
        <div className={styles.filters}>
          <Select label={t('flow')} value={flow} onChange={setFlow} options={[{ value: '', label: t('anyFlow') }, ...(flows.data ?? []).map((one) => ({ value: one.id, label: one.name }))]} />
          <Select<FlowRunState | ''> label={t('state')} value={state} onChange={setState} options={[{ value: '', label: t('anyState') }, ...STATES.map((value) => ({ value, label: t(`state_${value}`) }))]} />
        </div>
        {runs.isPending && <Loading />}
        {runs.error && <ErrorNote error={runs.error} onRetry={() => void runs.refetch()} />}
        {runs.data && rows.length === 0 && (flow || state ? <EmptyState icon="search" title={t('noMatch')} /> : <EmptyState icon="history" title={t('empty')} text={t('emptyText')} />)}
        {rows.length > 0 && <RunTable rows={rows} nameOf={nameOf} />}
        <LoadMore hasMore={runs.hasNextPage} busy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()} />
      </FlowTabs>
    </Page>
  );
}

function RunTable({ rows, nameOf }: { rows: readonly Run[]; nameOf: (id: string) => string }) {
  const t = useT(runMessages);
  const language = useLanguage();
  const { formatDateTime, formatDuration } = useFormat();
  return (
    <Table
      label={t('title')}
      rows={rows}
      rowKey={(run) => run.id}
      onRowClick={(run) => navigate(`/runs/${run.id}`)}
      columns={[
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
        { key: 'state', title: t('state'), render: (run) => <StateBadge state={run.state} /> },
        { key: 'trigger', title: t('trigger'), wideOnly: true, render: (run) => <span className={styles.quiet}>{triggerWord(run.trigger, t)}</span> },
        { key: 'started', title: t('started'), wideOnly: true, render: (run) => <span className={styles.quiet}>{formatDateTime(run.started_at)}</span> },
        { key: 'took', title: t('took'), wideOnly: true, align: 'end', render: (run) => <span className={styles.quiet}>{isOver(run.state) ? formatDuration(run.changed_at - run.started_at) : '–'}</span> },
      ]}
    />
  );
}
