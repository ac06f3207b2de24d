import { describe, expect, it } from 'vitest';
import type { MessageView } from '@qingniao/shared/api';
import type { TieView } from '@qingniao/shared/tie';
import { behind, compose, threadsOf } from './case';
import { buildRows } from './rows';
import { makeMessage } from './testing';
import type { Thread } from './thread';

const tie = (over: Partial<TieView>): TieView => ({
  id: 'tie_1', kind: 'merge', from: 'p', to: 'w', seqs: [], made_by: 'usr_1', made_name: '阿明', at: 10_000, undone_by: null, undone_at: null, ...over,
});
const said = (id: string, seq: number, at: number, over: Partial<MessageView> = {}): MessageView =>
  makeMessage(seq, { id: `${id}${seq}`, conversation_id: id, created_at: at, ...over });
const thread = (items: MessageView[], hasMoreBefore = false): Thread => ({ items, hasMoreBefore });
const shown = (items: MessageView[]): string[] => items.map((message) => `${message.id}@${message.seq}`);
const activity = { text: '', format: 'text' as const, activity: { key: 'merged' as const, params: {}, public: false } };

describe('compose', () => {
  const own = thread([said('w', 1, 100), said('w', 2, 300)]);

  it('is the thread itself where nothing was merged or split', () => {
    expect(compose({ id: 'w', own, threads: new Map(), ties: [tie({ kind: 'link' })], borrowed: [] })).toBe(own);
  });

  it('puts the words of a part between its own, in time, without the lines of its doings', () => {
    const part = thread([said('p', 1, 50), said('p', 2, 200), said('p', 3, 250, { kind: 'activity', content: activity }), said('p', 4, 400)]);
    const { items } = compose({ id: 'w', own, threads: new Map([['p', part]]), ties: [tie({})], borrowed: [] });
    expect(shown(items)).toEqual(['p1@0.0001', 'w1@1', 'p2@1.0001', 'w2@2', 'p4@2.0001']);
    const undone = tie({ undone_at: 20_000 });
    expect(shown(compose({ id: 'w', own, threads: new Map([['p', part]]), ties: [undone], borrowed: [] }).items)).toEqual(['w1@1', 'w2@2']);
  });

  it('shows nothing that could be earlier than what is not loaded yet, and says which thread to read', () => {
    const part = thread([said('p', 8, 200)], true);
    const input = { id: 'w', own, threads: new Map([['p', part]]), ties: [tie({})], borrowed: [] };
    const { items, hasMoreBefore } = compose(input);
    expect(shown(items)).toEqual(['p8@1.0001', 'w2@2']);
    expect(hasMoreBefore).toBe(true);
    expect(behind(input)).toEqual(['p']);
  });

  const split = tie({ kind: 'split', from: 'w', to: 'c', seqs: [2] });
  const record = thread([...own.items, said('w', 3, 11_000, { kind: 'outgoing', content: { text: '好', format: 'text', case: 'c' } }), said('w', 4, 12_000)]);

  it('borrows what was split off, and what was said for it since', () => {
    const line = thread([said('c', 1, 10_000, { kind: 'activity', content: activity })]);
    const { items } = compose({ id: 'c', own: line, threads: new Map([['w', record]]), ties: [split], borrowed: [said('w', 2, 300)] });
    expect(shown(items)).toEqual(['w2@0.0001', 'c1@1', 'w3@1.0001']);
    expect(threadsOf('c', [split])).toEqual(['w']);
  });

  it('folds what was split off where it stands', () => {
    const composed = compose({ id: 'w', own: record, threads: new Map(), ties: [split], borrowed: [] });
    const rows = buildRows({ thread: composed, pending: [], unreadSeq: null, dayOf: () => 'day' });
    expect(rows.map((row) => (row.kind === 'split' ? `split ${row.messages.length}` : row.kind))).toEqual(['start', 'day', 'message', 'split 2', 'message']);
  });

  it('keeps colleagues’ notes of an undone split', () => {
    const notes = thread([said('c', 1, 10_500, { kind: 'note' }), said('c', 2, 10_600, { kind: 'activity', content: activity })]);
    const undone = tie({ kind: 'split', from: 'w', to: 'c', seqs: [2], undone_at: 20_000 });
    const { items } = compose({ id: 'w', own: record, threads: new Map([['c', notes]]), ties: [undone], borrowed: [] });
    expect(shown(items)).toEqual(['w1@1', 'w2@2', 'c1@2.0001', 'w3@3', 'w4@4']);
  });
});
