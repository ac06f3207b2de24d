// Settings: the policy in force, its draft with a trial on yesterday's conversations, and what people can do.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api';
import { useFormat, useT } from '../../i18n';
import { Badge, ErrorNote, Loading, Page, Section } from '../../ui';
import { routingMessages } from './messages/page';
import { ROUTING_KEY, type PolicyView, type RoutingView } from './model/views';
import { SkillsSection } from './SkillsSection';
import { Draft } from './ui/Draft';
import styles from './RoutingPage.module.css';

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
  const { formatDateTime, formatDuration } = useFormat();
  const rules = live.policy.rules ?? [];
  const levels = Object.entries(live.policy.sla ?? {});
  const time = (seconds: number): string => formatDuration(seconds * 1_000);
  const text = live.version === 0 ? t('liveNone') : t('liveVersion', { n: live.version, time: formatDateTime(live.changed_at) });
  return (
    <Section title={t('live')} description={text}>
      {live.version > 0 && (
        <div className={styles.columns}>
          <div>
            <h3>{t('rules')}</h3>
            {rules.length === 0 && <p>{t('noRules')}</p>}
            <ol>
              {rules.map((rule) => (
                <li key={rule.id}>
                  {rule.name || rule.id} {rule.off && <Badge>{t('off')}</Badge>}
                </li>
              ))}
            </ol>
          </div>
          <div>
            <h3>{t('levels')}</h3>
            {levels.length === 0 && <p>{t('noLevels')}</p>}
            <ul>
              {levels.map(([key, level]) => (
                <li key={key}>
                  {level.name || key} {level.first_response_seconds && <Badge>{t('first', { time: time(level.first_response_seconds) })}</Badge>}{' '}
                  {level.next_response_seconds && <Badge>{t('next', { time: time(level.next_response_seconds) })}</Badge>}{' '}
                  {level.resolution_seconds && <Badge>{t('resolution', { time: time(level.resolution_seconds) })}</Badge>}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </Section>
  );
}
