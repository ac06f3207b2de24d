import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, OutboxItem } from './outbox';
import { Outbox } from './outbox-runner';
import { memoryStore } from './outbox-store';

function item(id: string, over: Partial<OutboxItem> = {}): OutboxItem {
  return {
    id,
    userId: 'me',
    conversationId: 'cnv_1',
    kind: 'outgoing',
    text: id,
    attachments: [],
    replyTo: null,
    force: false,
    createdAt: 0,
    state: 'waiting',
    attempts: 0,
    dueAt: 0,
    reason: null,
    ...over,
  };
}

const OFFLINE: Answer = { kind: 'later', code: 'offline', detail: '', afterMs: null };
const BROKEN: Answer = { kind: 'later', code: 'http_503', detail: '', afterMs: null };

function setup(answers: (Answer | Promise<Answer>)[], store = memoryStore()) {
  const sent: string[] = [];
  const deliver = (what: OutboxItem): Promise<Answer> => {
    sent.push(what.id);
    return Promise.resolve(answers.shift() ?? { kind: 'sent' });
  };
  const outbox = new Outbox({ store, deliver, now: () => Date.now(), random: () => 1 }, 'me');
  return { outbox, sent, store, states: () => outbox.snapshot().map((i) => `${i.id}:${i.state}`) };
}

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

describe('Outbox', () => {
  beforeEach(() => vi.useFakeTimers({ now: 1000 }));
  afterEach(() => vi.useRealTimers());

  it('keeps the order of one conversation and does not hold up another', async () => {
    let release: (answer: Answer) => void = () => undefined;
    const s = setup([new Promise((resolve) => (release = resolve))]);
    s.outbox.send(item('a1'));
    s.outbox.send(item('a2'));
    s.outbox.send(item('b1', { conversationId: 'cnv_2' }));
    await settle();
    expect(s.sent).toEqual(['a1', 'b1']);
    release({ kind: 'sent' });
    await settle();
    expect(s.sent).toEqual(['a1', 'b1', 'a2']);
    expect(s.outbox.snapshot()).toEqual([]);
    expect(await s.store.all()).toEqual([]);
  });

  it('waits out an outage without giving up, and goes at once when the network is back', async () => {
    const s = setup(Array.from({ length: 20 }, () => OFFLINE));
    s.outbox.send(item('a'));
    await settle(10_000);
    expect(s.states()).toEqual(['a:waiting']);
    const before = s.sent.length;
    s.outbox.wake();
    expect(s.sent.length).toBe(before + 1);
  });

  it('gives up on a broken server after six tries and lets the person retry or delete', async () => {
    const s = setup(Array.from({ length: 6 }, () => BROKEN));
    s.outbox.send(item('a'));
    await settle(120_000);
    expect(s.states()).toEqual(['a:failed']);
    s.outbox.retry('a');
    await settle();
    expect(s.outbox.snapshot()).toEqual([]);
  });

  it('shows a refusal with its reason and sends what was written after it', async () => {
    const s = setup([{ kind: 'refused', code: 'owned_by_other', detail: '已被他人接手' }]);
    s.outbox.send(item('a'));
    s.outbox.send(item('b'));
    await settle();
    expect(s.sent).toEqual(['a', 'b']);
    expect(s.outbox.snapshot()[0]?.reason?.code).toBe('owned_by_other');
    s.outbox.drop('a');
    expect(await s.store.all()).toEqual([]);
  });

  it('sends after a reload what an earlier page left, but only its own person’s', async () => {
    const store = memoryStore([
      item('late', { createdAt: 2 }),
      item('early', { createdAt: 1, state: 'sending' }),
      item('other', { userId: 'somebody else' }),
    ]);
    const s = setup([], store);
    await s.outbox.start();
    await settle();
    expect(s.sent).toEqual(['early', 'late']);
    expect((await store.all()).map((i) => i.id)).toEqual(['other']);
  });

  it('does not send twice what is added twice', async () => {
    const s = setup([new Promise<Answer>(() => undefined)]);
    s.outbox.send(item('a'));
    s.outbox.send(item('a'));
    await settle();
    expect(s.sent).toEqual(['a']);
  });
});
