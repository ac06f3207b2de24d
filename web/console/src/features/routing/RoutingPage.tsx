// Settings: the policy in force, its draft with a trial on yesterday's conversations, and what people can do.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api';
import { useFormat, useT } from '../../i18n';
import { ErrorNote, Loading, Page, Section } from '../../ui';
import { routingMessages } from './messages/page';
import { ROUTING_KEY, type PolicyView, type RoutingView } from './model/views';
import { SkillsSection } from './SkillsSection';
import { Draft } from './ui/Draft';
import { Summary } from './ui/Summary';

export default function RoutingPage() {
  const t = useT(routingMessages);
  const view = useQuery({ queryKey: ROUTING_KEY, queryFn: ({ signal }) => api.get<RoutingView>('/routing', undefined, signal) });
  return (
    <Page title={t('title')} description={t('description')}>
      {view.isPending && <Loading />}
      {view.error && <ErrorNote error={view.error} onRetry={() => void view.refetch()} />}
      {view.data && <InForce live={view.data.live} />}
      {view.data && <Draft view={view.data} />}
      <SkillsSection />
    </Page>
  );
}

function InForce({ live }: { live: PolicyView }) {
  const t = useT(routingMessages);
  const { formatDateTime } = useFormat();
  const text = live.version === 0 ? t('liveNone') : t('liveVersion', { n: live.version, time: formatDateTime(live.changed_at) });
  return (
    <Section title={t('live')} description={text}>
      {live.version > 0 && <Summary policy={live.policy} />}
    </Section>
  );
}
