// Which list a conversation belongs to. The same rules as the server's, so that a change moves rows at once;
// `unknown` where only the server can tell (free text).
import type { ConversationCounts, ConversationFilter, ConversationView, OwnerIs, ViewSort } from '@qingniao/shared/api';
import { EVERYTHING, judge, NOTHING_KNOWN, type Fit, type Known } from './filter';

export type Bucket = 'active' | 'queued' | 'bot' | 'snoozed' | 'resolved' | 'all';
export type View = 'mine' | 'unassigned' | 'all';
export type Sort = ViewSort;

export interface ListQuery {
  bucket: Bucket;
  view: View;
  sort: Sort;
  q: string;
  inbox_id: string | null;
  team_id: string | null;
  label: string | null;
  /** The saved view that is shown instead of a group. */
  saved: string | null;
  /** What the saved view holds, once it is known. */
  filter: ConversationFilter | null;
}

/** What the list asks for: words are looked for in every conversation, whatever group and owner are chosen. */
export function searched(query: ListQuery): ListQuery {
  return query.q.trim() === '' ? query : { ...query, bucket: 'all', view: 'all', saved: null, filter: null };
}

export const BUCKETS: Bucket[] = ['active', 'queued', 'bot', 'snoozed', 'resolved'];
export const VIEWS: View[] = ['mine', 'unassigned', 'all'];

export function bucketOf(c: ConversationView): Exclude<Bucket, 'all'> {
  if (c.status === 'resolved') return 'resolved';
  if (c.status === 'snoozed') return 'snoozed';
  if (c.owner.kind === 'agent') return 'active';
  return c.owner.kind === 'queue' ? 'queued' : 'bot';
}

function inView(c: ConversationView, view: View, me: string): boolean {
  if (view === 'mine') return c.owner.kind === 'agent' && c.owner.agent_id === me;
  if (view === 'unassigned') return c.owner.kind !== 'agent';
  return true;
}

const STATUSES: Record<Bucket, ConversationFilter['statuses']> = {
  active: ['open', 'pending'],
  queued: ['open', 'pending'],
  bot: ['open', 'pending'],
  snoozed: ['snoozed'],
  resolved: ['resolved'],
  all: [],
};
const HOLDERS: Partial<Record<Bucket, OwnerIs>> = { active: 'agent', queued: 'queue', bot: 'bot' };
const OWNERS: Record<View, OwnerIs[]> = { mine: ['me'], unassigned: ['queue', 'bot'], all: [] };

/** A group and an owner as a filter; null where nothing can be. */
export function filterOf(query: ListQuery): ConversationFilter | null {
  if (query.filter !== null) return query.filter;
  const owners = owned(OWNERS[query.view], HOLDERS[query.bucket]);
  if (owners === null) return null;
  return {
    ...EVERYTHING,
    statuses: STATUSES[query.bucket],
    owners,
    inbox_ids: query.inbox_id === null ? [] : [query.inbox_id],
    team_ids: query.team_id === null ? [] : [query.team_id],
    labels_all: query.label === null ? [] : [query.label],
    text: query.q.trim() === '' ? null : query.q.trim(),
  };
}

function owned(owners: OwnerIs[], holder: OwnerIs | undefined): OwnerIs[] | null {
  if (holder === undefined) return owners;
  if (owners.length === 0) return [holder];
  if (owners.includes('me')) return holder === 'agent' ? owners : null;
  return owners.includes(holder) ? [holder] : null;
}

export function fits(c: ConversationView, query: ListQuery, me: string, known: Known = NOTHING_KNOWN): Fit {
  const filter = filterOf(query);
  return filter === null ? 'out' : judge(c, filter, me, known);
}

/** Sorts before when smaller. */
export function sortValue(c: ConversationView, sort: Sort): number {
  return sort === 'oldest_waiting' ? (c.waiting_since ?? c.queued_at ?? c.last_message_at) : -c.last_message_at;
}

export function compare(a: ConversationView, b: ConversationView, sort: Sort): number {
  const gap = sortValue(a, sort) - sortValue(b, sort);
  if (gap !== 0) return gap;
  const order = a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  return sort === 'recent' ? -order : order;
}

/**
 * Nobody's conversations are never mine: choosing one axis may move the other, so that no combination is empty by
 * definition.
 */
export function choose(query: ListQuery, change: Partial<ListQuery>): ListQuery {
  const next = { ...query, ...change };
  const keepsView = Object.keys(change).every((key) => key === 'q' || key === 'saved' || key === 'filter');
  if (!keepsView) next.saved = null;
  const nobody = next.bucket === 'queued' || next.bucket === 'bot';
  if (change.bucket !== undefined) {
    if (nobody && next.view === 'mine') next.view = 'all';
    if (next.bucket === 'active' && next.view === 'unassigned') next.view = 'all';
  }
  if (change.view !== undefined) {
    if (next.view === 'mine' && nobody) next.bucket = 'active';
    if (next.view === 'unassigned' && next.bucket === 'active') next.bucket = 'queued';
  }
  return next;
}

const ZERO: ConversationCounts = {
  mine: 0,
  unassigned: 0,
  all: 0,
  active: 0,
  queued: 0,
  bot: 0,
  resolved: 0,
  snoozed: 0,
};

/** What one conversation adds to the counters; Mine, Unassigned and All count what is not resolved or snoozed. */
export function tally(c: ConversationView, me: string): ConversationCounts {
  // A part is counted with its whole.
  if (c.merged_into !== null) return ZERO;
  const bucket = bucketOf(c);
  const counts = { ...ZERO, [bucket]: 1 };
  if (bucket === 'resolved' || bucket === 'snoozed') return counts;
  return {
    ...counts,
    all: 1,
    mine: inView(c, 'mine', me) ? 1 : 0,
    unassigned: inView(c, 'unassigned', me) ? 1 : 0,
  };
}

export function recount(
  counts: ConversationCounts,
  before: ConversationView | null,
  after: ConversationView,
  me: string,
): ConversationCounts {
  const minus = before === null ? ZERO : tally(before, me);
  const plus = tally(after, me);
  const result = { ...counts };
  for (const key of Object.keys(ZERO) as (keyof ConversationCounts)[]) {
    result[key] = Math.max(0, counts[key] - minus[key] + plus[key]);
  }
  return result;
}
