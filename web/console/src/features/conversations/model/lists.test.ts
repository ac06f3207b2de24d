import { describe, expect, it } from 'vitest';
import type { ConversationView } from '@qingniao/shared/api';
import { bucketOf, choose, fits, recount, searched, type ListQuery } from './buckets';
import { placeInList, rowsOf, type ListData } from './lists';
import { makeConversation as make } from './testing';

const query: ListQuery = { bucket: 'active', view: 'mine', sort: 'recent', q: '', inbox_id: null, team_id: null, label: null, saved: null, filter: null };
const mine = (over: Partial<ConversationView>) => make({ owner: { kind: 'agent', agent_id: 'me' }, ...over });
const list = (items: ConversationView[], next: string | null = null): ListData => ({
  pages: [{ items, next_cursor: next }],
  pageParams: [null],
});
const ids = (data: ListData) => rowsOf(data).map((row) => row.id);

describe('buckets', () => {
  it('puts every state in exactly one bucket', () => {
    expect(bucketOf(make({ owner: { kind: 'bot' } }))).toBe('bot');
    expect(bucketOf(make({ owner: { kind: 'queue' } }))).toBe('queued');
    expect(bucketOf(mine({ status: 'pending' }))).toBe('active');
    expect(bucketOf(mine({ status: 'snoozed' }))).toBe('snoozed');
    expect(bucketOf(mine({ status: 'resolved' }))).toBe('resolved');
  });

  it('leaves free text to the server', () => {
    expect(fits(mine({}), { ...query, q: '退货' }, 'me')).toBe('unknown');
    expect(fits(mine({ labels: ['VIP'] }), { ...query, label: 'VIP' }, 'me')).toBe('in');
    expect(fits(mine({}), query, 'somebody else')).toBe('out');
  });

  it('never shows a combination that is empty by definition', () => {
    expect(choose(query, { bucket: 'queued' })).toMatchObject({ bucket: 'queued', view: 'all' });
    expect(choose({ ...query, bucket: 'bot', view: 'all' }, { view: 'mine' })).toMatchObject({ bucket: 'active' });
    expect(choose(query, { view: 'unassigned' })).toMatchObject({ bucket: 'queued', view: 'unassigned' });
  });

  it('moves the counters with the conversation', () => {
    const zero = { mine: 0, unassigned: 1, all: 1, active: 0, queued: 1, bot: 0, resolved: 0, snoozed: 0 };
    const claimed = recount(zero, make({ owner: { kind: 'queue' } }), mine({}), 'me');
    expect(claimed).toEqual({ mine: 1, unassigned: 0, all: 1, active: 1, queued: 0, bot: 0, resolved: 0, snoozed: 0 });
  });
});

describe('searched', () => {
  it('looks for words in every group, and leaves the list alone without words', () => {
    const query: ListQuery = { bucket: 'active', view: 'mine', sort: 'recent', q: ' ', inbox_id: 'inb_1', team_id: null, label: null, saved: null, filter: null };
    expect(searched(query)).toBe(query);
    expect(searched({ ...query, q: '退货' })).toMatchObject({ bucket: 'all', view: 'all', q: '退货', inbox_id: 'inb_1' });
  });
});

describe('placeInList', () => {
  const a = mine({ id: 'a', last_message_at: 30 });
  const b = mine({ id: 'b', last_message_at: 20 });
  const c = mine({ id: 'c', last_message_at: 10 });

  it('moves a row up when it speaks, adds a new one, takes out what no longer fits', () => {
    const moved = placeInList(list([a, b, c]), { ...c, last_message_at: 40, version: 2 }, query, 'me');
    expect(ids(moved)).toEqual(['c', 'a', 'b']);
    const added = placeInList(moved, mine({ id: 'd', last_message_at: 25 }), query, 'me');
    expect(ids(added)).toEqual(['c', 'a', 'd', 'b']);
    const gone = placeInList(added, { ...a, status: 'resolved', version: 2 }, query, 'me');
    expect(ids(gone)).toEqual(['c', 'd', 'b']);
  });

  it('ignores an older state that comes late', () => {
    const data = list([{ ...a, version: 5 }]);
    expect(placeInList(data, { ...a, version: 4, status: 'resolved' }, query, 'me')).toBe(data);
  });

  it('does not add below the last loaded row while there are more pages', () => {
    expect(ids(placeInList(list([a], 'more'), c, query, 'me'))).toEqual(['a']);
    expect(ids(placeInList(list([a]), c, query, 'me'))).toEqual(['a', 'c']);
  });

  it('sorts by the longest wait when asked', () => {
    const waiting = { ...query, sort: 'oldest_waiting' as const };
    const early = mine({ id: 'e', waiting_since: 1, last_message_at: 99 });
    expect(ids(placeInList(list([c, b, a]), early, waiting, 'me'))).toEqual(['e', 'c', 'b', 'a']);
  });
});
