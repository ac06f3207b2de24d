// Rules: flows small enough for a form. The list, and one of them.
import { useQuery } from '@tanstack/react-query';
import { uuid } from '../../api';
import { Link, navigate } from '../../app/router';
import { useHasRole } from '../../app/session';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { Badge, Button, EmptyState, ErrorNote, Loading, Page, Table, toast } from '../../ui';
import { readDraft, useCreateFlow, useFlow, useFlows, useKinds } from './api/queries';
import { ruleMessages } from './messages/rules';
import { portsOf } from './model/ports';
import { RULE, documentOf, isRule, newRule, ruleOf } from './model/rule';
import { FlowTabs } from './ui/list/FlowTabs';
import { OnSwitch } from './ui/list/OnSwitch';
import { RuleForm } from './ui/rules/RuleForm';
import styles from './ui/list/List.module.css';

export default function RulesPage({ params }: { params: Record<string, string> }) {
  return params.id ? <OneRule key={params.id} id={params.id} /> : <RuleList />;
}

function RuleList() {
  const t = useT(ruleMessages);
  usePageTitle(t('title'));
  const flows = useFlows();
  const kinds = useKinds();
  const create = useCreateFlow();
  const mayEdit = useHasRole('supervisor');
  const rules = (flows.data ?? []).filter((flow) => isRule(flow.id));
  async function make() {
    const id = `${RULE}${uuid().replaceAll('-', '').slice(0, 12)}`;
    const map = new Map((kinds.data ?? []).map((kind) => [kind.name, kind]));
    const document = documentOf(id, newRule(t('firstName')), (node) => portsOf(node, map.get(node.kind)).map((port) => port.name));
    try {
      await create.mutateAsync({ body: { id, document, name: document.name }, key: uuid() });
      navigate(`/rules/${id}`);
    } catch (error) {
      toast.error(error instanceof Error ? error.message : String(error));
    }
  }
  const newButton = mayEdit && (
    <Button variant="primary" icon="plus" busy={create.isPending} disabled={!kinds.data} onClick={() => void make()}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      <FlowTabs here="rules">
        {flows.isPending && <Loading />}
        {flows.error && <ErrorNote error={flows.error} onRetry={() => void flows.refetch()} />}
        {flows.data && rules.length === 0 && <EmptyState icon="filter" title={t('empty')} text={t('emptyText')} action={newButton} />}
        {rules.length > 0 && (
          <Table
            label={t('title')}
            rows={rules}
            rowKey={(flow) => flow.id}
            onRowClick={(flow) => navigate(`/rules/${flow.id}`)}
            columns={[
              {
                key: 'name',
                title: t('name'),
                grow: true,
                render: (flow) => (
                  <Link to={`/rules/${flow.id}`} className={styles.name}>
                    {flow.name}
                  </Link>
                ),
              },
              { key: 'state', title: t('state'), render: (flow) => <Badge tone={flow.live && flow.enabled ? 'success' : 'neutral'}>{t(flow.live ? (flow.enabled ? 'on' : 'off') : 'draft')}</Badge> },
              { key: 'switch', title: t('on'), titleHidden: true, align: 'end', render: (flow) => mayEdit && flow.live && <OnSwitch flow={flow} /> },
            ]}
          />
        )}
      </FlowTabs>
    </Page>
  );
}

function OneRule({ id }: { id: string }) {
  const t = useT(ruleMessages);
  const flow = useFlow(id);
  const kinds = useKinds();
  const draft = useQuery({ queryKey: ['flow-draft', id], queryFn: () => readDraft(id), staleTime: Infinity, gcTime: 0 });
  usePageTitle(flow.data?.name ?? t('title'));
  const back = { to: '/rules', label: t('back') };
  const error = flow.error ?? kinds.error ?? draft.error;
  if (error) {
    return (
      <Page title={t('title')} back={back}>
        <ErrorNote error={error} onRetry={() => void flow.refetch()} />
      </Page>
    );
  }
  if (!flow.data || !kinds.data || !draft.data) return <Loading />;
  const rule = ruleOf(draft.data.document);
  if (!rule) {
    return (
      <Page title={flow.data.name} back={back}>
        <EmptyState icon="bolt" title={t('isFlow')} action={<Button onClick={() => navigate(`/flows/${id}`)}>{t('more')}</Button>} />
      </Page>
    );
  }
  return <RuleForm flow={flow.data} draft={draft.data} rule={rule} kinds={kinds.data} />;
}
