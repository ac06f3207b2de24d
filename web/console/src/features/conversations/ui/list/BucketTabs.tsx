// Whose conversations and which group of them, with live counts. Choosing one may move the other (see `choose`), and ends a
// search, which looks everywhere.
import type { ConversationCounts } from '@qingniao/shared/api';
import { formatNumber, useT } from '../../../../i18n';
import { messages } from '../../messages';
import { BUCKETS, VIEWS, type Bucket, type ListQuery, type View } from '../../model/buckets';
import { changeListQuery } from '../../model/view-state';
import styles from './ListPane.module.css';

const VIEW_KEYS: Record<View, 'mine' | 'unassigned' | 'all'> = { mine: 'mine', unassigned: 'unassigned', all: 'all' };
const BUCKET_KEYS = {
  active: 'active',
  queued: 'queued',
  bot: 'botBucket',
  snoozed: 'snoozedBucket',
  resolved: 'resolvedBucket',
} as const;

export interface BucketTabsProps {
  query: ListQuery;
  counts: ConversationCounts | undefined;
  /** Offered to this person: they ask for attention, so Mine counts them. */
  offered: number;
}

export function BucketTabs({ query, counts, offered }: BucketTabsProps) {
  const t = useT(messages);
  return (
    <div className={styles.tabs}>
      <div role="group" aria-label={t('views')} className={styles.views}>
        {VIEWS.map((view) => (
          <button
            key={view}
            type="button"
            className={styles.view}
            aria-pressed={query.saved === null && query.view === view}
            onClick={() => changeListQuery({ view, q: '' })}
          >
            {t(VIEW_KEYS[view])}
            <Number value={counts && counts[view] + (view === 'mine' ? offered : 0)} />
          </button>
        ))}
      </div>
      <div role="group" aria-label={t('buckets')} className={styles.buckets}>
        {BUCKETS.map((bucket) => (
          <BucketButton key={bucket} bucket={bucket} on={query.saved === null && query.bucket === bucket} count={countOf(counts, bucket, query.view)} />
        ))}
      </div>
    </div>
  );
}

/** The number of rows the button leads to, where the counters can tell. */
function countOf(counts: ConversationCounts | undefined, bucket: Bucket, view: View): number | undefined {
  if (counts === undefined || bucket === 'all' || bucket === 'resolved') return undefined;
  if (bucket === 'active' && view === 'mine') return counts.mine;
  if (bucket === 'snoozed' && view !== 'all') return undefined;
  return counts[bucket];
}

function BucketButton({ bucket, on, count }: { bucket: Bucket; on: boolean; count: number | undefined }) {
  const t = useT(messages);
  const key = BUCKET_KEYS[bucket as keyof typeof BUCKET_KEYS];
  return (
    <button
      type="button"
      className={styles.bucket}
      aria-pressed={on}
      data-waiting={bucket === 'queued' && (count ?? 0) > 0 ? '' : undefined}
      onClick={() => changeListQuery({ bucket, q: '' })}
    >
      {t(key)}
      <Number value={count} />
    </button>
  );
}

function Number({ value }: { value: number | undefined }) {
  if (!value) return null;
  return <span className={styles.number}>{value > 999 ? '999+' : formatNumber(value)}</span>;
}
