import type { ComponentType } from 'react';
import type { Role } from '@qingniao/shared/api';
import { appMessages } from '../../app/messages';
import { Link } from '../../app/router';
import { hasRole, useSession } from '../../app/session';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { cx, EmptyState, Icon, type IconName, lazy } from '../../ui';
import { CannedPage } from '../canned/CannedPage';
import { FailuresPage } from '../failures/FailuresPage';
import { InboxesPage } from '../inboxes/InboxesPage';
import { LabelsPage } from '../labels/LabelsPage';
import { PeoplePage } from '../people/PeoplePage';
import { ProfilePage } from '../profile/ProfilePage';
import RoutingPage from '../routing/RoutingPage';
import { TeamsPage } from '../teams/TeamsPage';
import { TokensPage } from '../tokens/TokensPage';
import { WebhooksPage } from '../webhooks/WebhooksPage';
import { settingsMessages } from './messages';
import styles from './SettingsPage.module.css';

type Label = 'profile' | 'inboxes' | 'canned' | 'labels' | 'routing' | 'wrapUp' | 'transferReasons' | 'repairs' | 'linking' | 'ticketKinds' | 'people' | 'teams' | 'llmLimits' | 'connectors' | 'secrets' | 'webhooks' | 'tokens' | 'failures';
type Group = 'personal' | 'service' | 'organisation' | 'developers';

const ConnectorsPage = lazy(() => import('../connectors/ConnectorsPage'));
const WrapUpPage = lazy(() => import('../wrapup/WrapUpPage'));
const TransferReasonsPage = lazy(() => import('../transfers/TransferReasonsPage'));
const RepairsPage = lazy(() => import('../repairs/RepairsPage'));
const LinkPolicyPage = lazy(() => import('../persons/LinkPolicyPage'));
const KindsPage = lazy(() => import('../tickets/KindsPage'));
const LlmLimitsPage = lazy(() => import('../llm/LlmLimitsPage'));
const SecretsPage = lazy(() => import('../connectors/SecretsPage'));

interface Section {
  slug: string;
  label: Label;
  icon: IconName;
  group: Group;
  role: Role;
  page: ComponentType<{ id: string | null }>;
}

const SECTIONS: readonly Section[] = [
  { slug: 'profile', label: 'profile', icon: 'person', group: 'personal', role: 'agent', page: ProfilePage },
  { slug: 'inboxes', label: 'inboxes', icon: 'inbox', group: 'service', role: 'admin', page: InboxesPage },
  { slug: 'canned', label: 'canned', icon: 'bolt', group: 'service', role: 'supervisor', page: CannedPage },
  { slug: 'labels', label: 'labels', icon: 'tag', group: 'service', role: 'supervisor', page: LabelsPage },
  { slug: 'routing', label: 'routing', icon: 'transfer', group: 'service', role: 'supervisor', page: RoutingPage },
  { slug: 'wrap-up', label: 'wrapUp', icon: 'note', group: 'service', role: 'supervisor', page: WrapUpPage },
  { slug: 'transfer-reasons', label: 'transferReasons', icon: 'transfer', group: 'service', role: 'supervisor', page: TransferReasonsPage },
  { slug: 'repairs', label: 'repairs', icon: 'chat', group: 'service', role: 'supervisor', page: RepairsPage },
  { slug: 'ticket-kinds', label: 'ticketKinds', icon: 'list', group: 'service', role: 'supervisor', page: KindsPage },
  { slug: 'linking', label: 'linking', icon: 'merge', group: 'service', role: 'admin', page: LinkPolicyPage },
  { slug: 'people', label: 'people', icon: 'people', group: 'organisation', role: 'admin', page: PeoplePage },
  { slug: 'teams', label: 'teams', icon: 'team', group: 'organisation', role: 'admin', page: TeamsPage },
  { slug: 'language-model', label: 'llmLimits', icon: 'bot', group: 'organisation', role: 'admin', page: LlmLimitsPage },
  { slug: 'connectors', label: 'connectors', icon: 'link', group: 'developers', role: 'admin', page: ConnectorsPage },
  { slug: 'secrets', label: 'secrets', icon: 'lock', group: 'developers', role: 'admin', page: SecretsPage },
  { slug: 'webhooks', label: 'webhooks', icon: 'webhook', group: 'developers', role: 'admin', page: WebhooksPage },
  { slug: 'tokens', label: 'tokens', icon: 'key', group: 'developers', role: 'agent', page: TokensPage },
  { slug: 'failures', label: 'failures', icon: 'alert', group: 'developers', role: 'admin', page: FailuresPage },
];
const GROUPS: readonly Group[] = ['personal', 'service', 'organisation', 'developers'];

/** A list of sections at the left; on a phone the list is a page of its own. */
export default function SettingsPage({ params }: { params: Record<string, string> }) {
  const t = useT(settingsMessages);
  const { user } = useSession();
  const allowed = SECTIONS.filter((section) => hasRole(user.role, section.role));
  const current = SECTIONS.find((section) => section.slug === (params.section ?? 'profile'));
  usePageTitle(current ? t(current.label) : t('settings'));
  return (
    <div className={cx(styles.layout, !params.section && styles.index)}>
      <nav className={styles.nav} aria-label={t('sections')}>
        <p className={styles.heading}>{t('settings')}</p>
        {GROUPS.map((group) => {
          const inGroup = allowed.filter((section) => section.group === group);
          if (inGroup.length === 0) return null;
          return (
            <div key={group} className={styles.group}>
              <p className={styles.groupLabel}>{t(group)}</p>
              <ul>
                {inGroup.map((section) => (
                  <li key={section.slug}>
                    <Link
                      to={`/settings/${section.slug}`}
                      className={cx(styles.link, section === current && styles.here)}
                      aria-current={section === current ? 'page' : undefined}
                    >
                      <Icon name={section.icon} size={17} />
                      <span>{t(section.label)}</span>
                      <Icon name="chevronRight" size={15} className={styles.chevron ?? ''} />
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </nav>
      <div className={styles.content}>
        {!params.id && (
          <Link to="/settings" className={styles.back}>
            <Icon name="chevronLeft" size={16} />
            {t('back')}
          </Link>
        )}
        <SectionPage section={current} id={params.id ?? null} />
      </div>
    </div>
  );
}

function SectionPage({ section, id }: { section: Section | undefined; id: string | null }) {
  const t = useT(appMessages);
  const { user } = useSession();
  if (!section) return <EmptyState icon="search" title={t('notFound')} text={t('notFoundText')} />;
  if (!hasRole(user.role, section.role)) return <EmptyState icon="lock" title={t('noAccess')} text={t('noAccessText')} />;
  return <section.page key={section.slug} id={id} />;
}
