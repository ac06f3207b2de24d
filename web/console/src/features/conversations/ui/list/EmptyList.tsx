// What stands where rows would be, and what to do about it.
import { useT } from '../../../../i18n';
import { Button, EmptyState, ErrorNote, Loading } from '../../../../ui';
import { messages } from '../../messages';
import type { ListQuery } from '../../model/buckets';
import { changeListQuery } from '../../model/view-state';
import styles from './ListPane.module.css';

export interface EmptyListProps {
  query: ListQuery;
  pending: boolean;
  error: unknown;
  retry(): void;
  queued: number;
}

const TITLES = {
  active: 'emptyActive',
  queued: 'emptyQueued',
  bot: 'emptyBot',
  snoozed: 'emptySnoozed',
  resolved: 'emptyResolved',
  all: 'emptyActive',
} as const;

export function EmptyList({ query, pending, error, retry, queued }: EmptyListProps) {
  const t = useT(messages);
  if (pending) return <Loading />;
  if (error !== null) {
    return (
      <div className={styles.trouble}>
        <ErrorNote error={error} onRetry={retry} />
      </div>
    );
  }
  if (query.saved !== null) return <EmptyState icon="filter" title={t('emptyView')} text={t('emptyViewText')} />;
  const filtered = query.inbox_id !== null || query.team_id !== null || query.label !== null;
  if (query.q.trim() !== '' || filtered) {
    return (
      <EmptyState
        icon="search"
        title={query.q.trim() === '' ? t(TITLES[query.bucket]) : t('emptySearch', { q: query.q.trim() })}
        text={t('emptySearchText')}
        action={
          <Button size="sm" onClick={() => changeListQuery({ q: '', inbox_id: null, team_id: null, label: null })}>
            {t('clearFilters')}
          </Button>
        }
      />
    );
  }
  const mine = query.bucket === 'active' && query.view === 'mine';
  return (
    <EmptyState
      icon="inbox"
      title={mine ? t('emptyMine') : t(TITLES[query.bucket])}
      text={mine ? t('emptyMineText') : undefined}
      action={
        mine && queued > 0 ? (
          <Button size="sm" onClick={() => changeListQuery({ bucket: 'queued' })}>
            {t('viewQueued', { n: queued })}
          </Button>
        ) : undefined
      }
    />
  );
}
