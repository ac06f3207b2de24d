// What the list shows, remembered for this tab's life and the next visit. A plain store, so that commands and the
// thread may change it without going through the list.
import { useSyncExternalStore } from 'react';
import { choose, type Bucket, type ListQuery, type Sort, type View } from './buckets';

const STORAGE_KEY = 'qn.conversations.view';
const BUCKETS: readonly Bucket[] = ['active', 'queued', 'bot', 'snoozed', 'resolved', 'all'];
const VIEWS: readonly View[] = ['mine', 'unassigned', 'all'];
const SORTS: readonly Sort[] = ['recent', 'oldest_waiting'];

export const START: ListQuery = {
  bucket: 'active',
  view: 'mine',
  sort: 'recent',
  q: '',
  inbox_id: null,
  team_id: null,
  label: null,
  saved: null,
  filter: null,
};

function read(): ListQuery {
  try {
    const kept = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<ListQuery>;
    return {
      ...START,
      bucket: BUCKETS.find((b) => b === kept.bucket) ?? START.bucket,
      view: VIEWS.find((v) => v === kept.view) ?? START.view,
      sort: SORTS.find((s) => s === kept.sort) ?? START.sort,
      saved: typeof kept.saved === 'string' ? kept.saved : null,
    };
  } catch {
    return START;
  }
}

let current = read();
const listeners = new Set<() => void>();

export function listQuery(): ListQuery {
  return current;
}

export function changeListQuery(change: Partial<ListQuery>): void {
  current = choose(current, change);
  const { bucket, view, sort, saved } = current;
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ bucket, view, sort, saved }));
  } catch {
    // Not remembered, nothing more.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useListQuery(): ListQuery {
  return useSyncExternalStore(subscribe, listQuery);
}
