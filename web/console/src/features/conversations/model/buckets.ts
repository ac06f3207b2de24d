// Which list a conversation belongs to. The same rules as the server's, so that a change moves rows at once;
// `unknown` where only the server can tell (free text).
import type { ConversationCounts, ConversationView } from '@qingniao/shared/api';

export type Bucket = 'active' | 'queued' | 'bot' | 'snoozed' | 'resolved' | 'all';
export type View = 'mine' | 'unassigned' | 'all';
export type Sort = 'recent' | 'oldest_waiting';

export interface ListQuery {
  bucket: Bucket;
  view: View;
  sort: Sort;
  q: string;
  inbox_id: string | null;
  team_id: string | null;
  label: string | null;
}

/** What the list asks for: words are looked for in every conversation, whatever group and owner are chosen. */
export function searched(query: ListQuery): ListQuery {
  return query.q.trim() === '' ? query : { ...query, bucket: 'all', view: 'all' };
}

export type Fit = 'in' | 'out' | 'unknown';

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

export function fits(c: ConversationView, query: ListQuery, me: string): Fit {
  if (query.bucket !== 'all' && bucketOf(c) !== query.bucket) return 'out';
  if (!inView(c, query.view, me)) return 'out';
  if (query.inbox_id !== null && c.inbox_id !== query.inbox_id) return 'out';
  if (query.label !== null && !c.labels.includes(query.label)) return 'out';
  if (query.team_id !== null && !(c.owner.kind === 'queue' && c.owner.team_id === query.team_id)) return 'out';
  return query.q.trim() === '' ? 'in' : 'unknown';
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
