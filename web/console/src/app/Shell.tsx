import { Suspense } from 'react';
import { useWaitingApprovals } from '../features/approvals/use-waiting';
import { useUnassignedTickets } from '../features/tickets/use-unassigned';
import { useT } from '../i18n';
import { Button, EmptyState, Icon, Loading, cx, type IconName } from '../ui';
import { ErrorBoundary } from './ErrorBoundary';
import { Logo } from './Logo';
import { appMessages } from './messages';
import { Link, match, navigate, useLocation } from './router';
import { ROUTES } from './routes';
import { hasRole, useSession } from './session';
import { UserMenu } from './UserMenu';
import styles from './Shell.module.css';

const PLACES: readonly { to: string; icon: IconName; label: 'conversations' | 'tickets' | 'approvals' | 'flows' | 'contacts' | 'knowledge' | 'understanding' | 'overview' | 'settings' }[] = [
  { to: '/', icon: 'chat', label: 'conversations' },
  { to: '/tickets', icon: 'list', label: 'tickets' },
  { to: '/approvals', icon: 'check', label: 'approvals' },
  { to: '/contacts', icon: 'people', label: 'contacts' },
  { to: '/knowledge', icon: 'book', label: 'knowledge' },
  { to: '/understanding', icon: 'bot', label: 'understanding' },
  { to: '/flows', icon: 'bolt', label: 'flows' },
  { to: '/overview', icon: 'chart', label: 'overview' },
  { to: '/settings', icon: 'settings', label: 'settings' },
];

function isHere(to: string, path: string): boolean {
  if (to === '/') return path === '/' || path.startsWith('/conversations');
  if (to === '/flows' && /^\/(runs|rules)(\/|$)/.test(path)) return true;
  return path === to || path.startsWith(`${to}/`);
}

/** The rail at the left (at the bottom of a phone) and the page beside it. */
export function Shell() {
  const t = useT(appMessages);
  const { path } = useLocation();
  const waiting: Record<string, { count: number; words: string } | null> = { '/approvals': useWaitingApprovals(), '/tickets': useUnassignedTickets() };
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t('skip')}
      </a>
      <nav className={styles.rail} aria-label={t('navigation')}>
        <span className={styles.logo}>
          <Logo size={34} />
        </span>
        <ul className={styles.places}>
          {PLACES.map((place) => {
            const here = isHere(place.to, path);
            const badge = waiting[place.to];
            return (
              <li key={place.to}>
                <Link to={place.to} className={cx(styles.place, here && styles.here)} aria-current={here ? 'page' : undefined}>
                  <Icon name={place.icon} size={21} />
                  <span>{t(place.label)}</span>
                  {badge && (
                    <span className={styles.badge}>
                      <span aria-hidden="true">{badge.count}</span>
                      <span className="visually-hidden">{badge.words}</span>
                    </span>
                  )}
                </Link>
              </li>
            );
          })}
        </ul>
        <UserMenu />
      </nav>
      <main id="main" className={styles.main} tabIndex={-1}>
        <ErrorBoundary key={path.startsWith('/conversations/') ? '' : (path.split('/')[1] ?? '')}>
          <Suspense fallback={<Loading />}>
            <CurrentPage path={path} />
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

function CurrentPage({ path }: { path: string }) {
  const t = useT(appMessages);
  const { user } = useSession();
  for (const route of ROUTES) {
    const params = match(route.pattern, path);
    if (!params) continue;
    if (!hasRole(user.role, route.role)) return <EmptyState icon="lock" title={t('noAccess')} text={t('noAccessText')} />;
    return <route.page params={params} />;
  }
  return (
    <EmptyState
      icon="search"
      title={t('notFound')}
      text={t('notFoundText')}
      action={<Button onClick={() => navigate('/')}>{t('backHome')}</Button>}
    />
  );
}
