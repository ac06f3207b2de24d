// All flows of the house: which are live, who draws on them, how they run.
import { useEffect, useState } from 'react';
import type { FlowView } from '@qingniao/shared/flow';
import { Link, navigate } from '../../app/router';
import { useHasRole, useSession } from '../../app/session';
import { usePageTitle } from '../../app/title';
import { useFormat, useLanguage, useT } from '../../i18n';
import { Badge, Button, EmptyState, ErrorNote, Loading, Page, Table } from '../../ui';
import { flowTitle } from './api/names';
import { useFlows } from './api/queries';
import { listMessages } from './messages/list';
import { isRule } from './model/rule';
import { FlowMenu } from './ui/list/FlowMenu';
import { ImportDialog } from './ui/list/ImportDialog';
import { FlowTabs } from './ui/list/FlowTabs';
import { NewFlowDialog } from './ui/list/NewFlowDialog';
import { OnSwitch } from './ui/list/OnSwitch';
import { useNames } from './ui/list/use-names';
import styles from './ui/list/List.module.css';

export default function FlowsPage() {
  const t = useT(listMessages);
  usePageTitle(t('title'));
  const flows = useFlows();
  const drawn = (flows.data ?? []).filter((flow) => !isRule(flow.id));
  const mayEdit = useHasRole('supervisor');
  const [making, setMaking] = useState(false);
  const [importing, setImporting] = useState(false);
  // What is opened next, fetched while the list is read.
  useEffect(() => void import('./EditorPage').catch(() => undefined), []);
  const newButton = mayEdit && (
    <Button variant="primary" icon="plus" onClick={() => setMaking(true)}>
      {t('new')}
    </Button>
  );
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          {mayEdit && (
            <Button icon="download" onClick={() => setImporting(true)}>
              {t('import')}
            </Button>
          )}
          {newButton}
        </>
      }
    >
      <FlowTabs here="flows">
        {flows.isPending && <Loading />}
        {flows.error && <ErrorNote error={flows.error} onRetry={() => void flows.refetch()} />}
        {flows.data && drawn.length === 0 && <EmptyState icon="bolt" title={t('empty')} text={t('emptyText')} action={newButton} />}
        {drawn.length > 0 && <FlowTable flows={drawn} mayEdit={mayEdit} />}
      </FlowTabs>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
      {making && <NewFlowDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function FlowTable({ flows, mayEdit }: { flows: readonly FlowView[]; mayEdit: boolean }) {
  const t = useT(listMessages);
  const { formatRelative } = useFormat();
  const language = useLanguage();
  const now = Date.now();
  return (
    <Table
      label={t('title')}
      rows={flows}
      rowKey={(flow) => flow.id}
      onRowClick={(flow) => navigate(`/flows/${flow.id}`)}
      columns={[
        {
          key: 'name',
          title: t('flow'),
          grow: true,
          render: (flow) => (
            <span className={styles.flow}>
              <Link to={`/flows/${flow.id}`} className={styles.name}>
                {flowTitle(flow, language)}
              </Link>
              <Drafts flow={flow} />
            </span>
          ),
        },
        { key: 'state', title: t('state'), render: (flow) => <State flow={flow} /> },
        { key: 'runs', title: t('lastWeek'), wideOnly: true, render: (flow) => <span className={styles.quiet}>{t('runCounts', { done: flow.runs.done, open: flow.runs.active + flow.runs.parked, failed: flow.runs.failed })}</span> },
        { key: 'updated', title: t('updated'), wideOnly: true, render: (flow) => <span className={styles.quiet}>{formatRelative(flow.updated_at, now)}</span> },
        {
          key: 'actions',
          title: t('actions'),
          titleHidden: true,
          align: 'end',
          render: (flow) => (
            <span className={styles.actions}>
              {mayEdit && flow.live && <OnSwitch flow={flow} />}
              <FlowMenu flow={flow} mayEdit={mayEdit} />
            </span>
          ),
        },
      ]}
    />
  );
}

function State({ flow }: { flow: FlowView }) {
  const t = useT(listMessages);
  if (!flow.live) return <Badge>{t('never')}</Badge>;
  return (
    <span className={styles.flow}>
      {flow.enabled ? <Badge tone="success">{t('live', { n: flow.live.number })}</Badge> : <Badge>{t('off')}</Badge>}
      {flow.canary && <Badge tone="info">{t('onTrial', { n: flow.canary.number ?? 0, share: flow.canary.share_percent })}</Badge>}
      {flow.plan && <Badge tone={flow.plan.failure ? 'danger' : 'warning'}>{t(flow.plan.failure ? 'planFailed' : 'isPlanned', { n: flow.plan.number ?? 0 })}</Badge>}
    </span>
  );
}

function Drafts({ flow }: { flow: FlowView }) {
  const t = useT(listMessages);
  const { formatList } = useFormat();
  const me = useSession().user.id;
  const names = useNames();
  const others = flow.drafts.filter((draft) => draft.author_id !== me).map((draft) => names(draft.author_id));
  return (
    <>
      {flow.drafts.some((draft) => draft.author_id === me) && <Badge tone="info">{t('myDraft')}</Badge>}
      {others.length > 0 && <Badge>{t('draftsOf', { names: formatList(others) })}</Badge>}
    </>
  );
}
