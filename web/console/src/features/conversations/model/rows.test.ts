import { describe, expect, it } from 'vitest';
import type { OutboxItem } from './outbox';
import { buildRows, canEdit, canRecall, deliveryOf, firstUnread, unreadBeginsAbove, unreadFrom } from './rows';
import { makeConversation, makeMessage as m } from './testing';

const DAY = 86_400_000;
const dayOf = (at: number) => String(Math.floor(at / DAY));
const build = (items: ReturnType<typeof m>[], over: Partial<Parameters<typeof buildRows>[0]> = {}) =>
  buildRows({ thread: { items, hasMoreBefore: false }, pending: [], unreadSeq: null, dayOf, ...over });
const pending = (id: string): OutboxItem => ({
  id,
  userId: 'me',
  conversationId: 'cnv_1',
  kind: 'outgoing',
  text: '',
  attachments: [],
  replyTo: null,
  force: false,
  createdAt: 0,
  state: 'sending',
  attempts: 0,
  dueAt: 0,
  reason: null,
});
const agent = { kind: 'agent' as const, id: 'me', name: '我' };

describe('buildRows', () => {
  it('separates days and groups one author within minutes', () => {
    const rows = build([m(1), m(2), m(3, { created_at: 10 * 60_000 }), m(4, { created_at: DAY + 1 })]);
    expect(rows.map((r) => r.kind)).toEqual(['start', 'day', 'message', 'message', 'message', 'day', 'message']);
    expect(rows.flatMap((r) => (r.kind === 'message' ? [r.first] : []))).toEqual([true, false, true, true]);
  });

  it('draws the unread line and starts a group after it', () => {
    const rows = build([m(1), m(2)], { unreadSeq: 2 });
    expect(rows.map((r) => r.kind)).toEqual(['start', 'day', 'message', 'unread', 'message']);
  });

  it('keeps what is being sent last, and shows it once', () => {
    const echo = m(2, { kind: 'outgoing', author: agent, client_msg_id: 'a' });
    const rows = build([m(1), echo], { pending: [pending('a'), pending('b')] });
    expect(rows.map((r) => r.key).slice(-2)).toEqual(['a', 'b']);
    expect(rows.filter((r) => r.key === 'a')).toHaveLength(1);
  });
});

describe('states', () => {
  const c = makeConversation({ contact_read_seq: 2, contact_delivered_seq: 4, agent_read_seq: 1, unread: 1 });
  it('derives read and delivered from where the customer is', () => {
    const of = (seq: number, state: 'sent' | 'failed' = 'sent') => deliveryOf(m(seq, { kind: 'outgoing', state }), c);
    expect([of(2), of(4), of(5), of(1, 'failed')]).toEqual(['read', 'delivered', 'sent', 'failed']);
  });

  it('finds the first unread of the customer, not of ours', () => {
    const whole = { items: [m(1), m(2, { kind: 'note' }), m(3)], hasMoreBefore: false };
    expect(firstUnread(unreadFrom(c), whole)).toBe(3);
    expect(firstUnread(unreadFrom({ ...c, unread: 0 }), whole)).toBeNull();
  });

  it('does not take the top of the loaded page for the first unread', () => {
    const loaded = { items: [m(352), m(353)], hasMoreBefore: true };
    expect(unreadBeginsAbove(1, loaded)).toBe(true);
    expect(firstUnread(1, loaded)).toBeNull();
    expect(firstUnread(352, loaded)).toBe(352);
    expect(firstUnread(1, { items: [m(1), m(2)], hasMoreBefore: false })).toBe(1);
  });

  it('lets only one’s own fresh message be taken back', () => {
    const own = m(1, { kind: 'outgoing', author: agent, created_at: 1000 });
    expect(canRecall(own, 'me', 60_000)).toBe(true);
    expect(canRecall(own, 'me', 130_000)).toBe(false);
    expect(canRecall(own, 'other', 60_000)).toBe(false);
    expect(canRecall({ ...own, recalled_at: 2 }, 'me', 60_000)).toBe(false);
  });

  it('offers to take back and to change what the customer’s channel lets', () => {
    const sent = m(1, { kind: 'outgoing', author: agent, created_at: 1000, state: 'sent', content: { text: '您好', format: 'text' } });
    const may = (channel: Parameters<typeof canEdit>[2], over = {}) => [
      canRecall({ ...sent, ...over }, 'me', 60_000, channel),
      canEdit({ ...sent, ...over }, 'me', channel),
    ];
    expect(may('mobile')).toEqual([true, true]);
    expect(may('telegram')).toEqual([true, false]);
    expect(may('feishu', { state: 'failed' })).toEqual([false, false]);
    expect(may('email')).toEqual([false, false]);
    expect(may('email', { state: 'queued' })).toEqual([true, true]);
  });
});
