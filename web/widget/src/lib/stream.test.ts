import { describe, expect, it } from 'vitest';
import { type Cursor, type Entry, type PollAnswer, type Socket, Stream } from './stream';

class FakeSocket implements Socket {
  sent: Array<Record<string, unknown>> = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(text: string) { this.sent.push(JSON.parse(text)); }
  close() { this.closed = true; }
  say(frame: object) { this.onmessage?.({ data: JSON.stringify(frame) }); }
}

function rig() {
  const sockets: FakeSocket[] = [];
  const timers: Array<{ id: number; ms: number; then: () => void }> = [];
  const entries: number[] = [];
  const seen: Entry[] = [];
  const links: string[] = [];
  const polls: Array<{ cursor: Cursor | null; answer: (answer: PollAnswer) => void; fail: () => void }> = [];
  const counts = { reload: 0, expired: 0 };
  let next = 1;
  const state = { online: true };
  const stream = new Stream(
    {
      open: () => { const socket = new FakeSocket(); sockets.push(socket); return socket; },
      poll: (cursor) => new Promise((resolve, reject) => polls.push({ cursor, answer: resolve, fail: () => reject(new Error('net')) })),
      signal: () => {},
      online: () => state.online,
      after: (ms, then) => { timers.push({ id: next, ms, then }); return next++; },
      cancel: (id) => { const at = timers.findIndex((timer) => timer.id === id); if (at >= 0) timers.splice(at, 1); },
      random: () => 0.5,
    },
    {
      entry: (entry) => { entries.push(entry.version); seen.push(entry); },
      frame: () => {},
      link: (link) => links.push(link),
      reload: () => { counts.reload++; },
      tokenExpired: () => { counts.expired++; },
    },
  );
  const fire = (longest = Infinity) => { const at = timers.findIndex((timer) => timer.ms <= longest); timers.splice(at, 1)[0]!.then(); };
  const last = () => sockets[sockets.length - 1]!;
  const ready = (version = 0) => { last().onopen!(); last().say({ type: 'ready', version, resumed: true, heartbeat_ms: 25000 }); };
  const entry = (version: number, id = 'cnv_a') => last().say({ type: 'entry', conversation_id: id, version, changes: [] });
  return { stream, sockets, timers, entries, seen, links, polls, counts, state, fire, last, ready, entry };
}
const settle = async () => { for (let i = 0; i < 10; i++) await Promise.resolve(); };

describe('the stream', () => {
  it('says hello with where it stands and hands over entries once, in order', () => {
    const r = rig();
    r.stream.setCursor({ conversation_id: 'cnv_a', version: 7 });
    r.stream.start('qnv_1');
    r.ready(7);
    expect(r.last().sent[0]).toEqual({ type: 'hello', token: 'qnv_1', resume: { conversation_id: 'cnv_a', version: 7 } });
    for (const version of [8, 8, 7, 9]) r.entry(version);
    expect(r.entries).toEqual([8, 9]);
  });
  it('closes and resumes on a hole, then goes on without loss', () => {
    const r = rig();
    r.stream.setCursor({ conversation_id: 'cnv_a', version: 1 });
    r.stream.start('t');
    r.ready(1);
    r.entry(2);
    r.entry(5);
    expect(r.sockets[0]!.closed).toBe(true);
    r.ready(5);
    expect(r.last().sent[0]).toMatchObject({ resume: { version: 2 } });
    for (const version of [3, 4, 5]) r.entry(version);
    expect(r.entries).toEqual([2, 3, 4, 5]);
  });
  it('asks for the present state when resuming does not fill a hole', () => {
    const r = rig();
    r.stream.setCursor({ conversation_id: 'cnv_a', version: 1 });
    r.stream.start('t');
    for (let i = 0; i < 3; i++) { r.ready(9); r.entry(9); }
    expect(r.counts.reload).toBe(1);
  });
  it('takes a first conversation from its first entry, and a newer one from its', () => {
    const r = rig();
    r.stream.start('t');
    r.ready();
    r.entry(1, 'cnv_b');
    r.entry(2, 'cnv_b');
    r.entry(40, 'cnv_a');
    r.entry(1, 'cnv_c');
    expect(r.seen.map((entry) => entry.conversation_id + entry.version)).toEqual(['cnv_b1', 'cnv_b2', 'cnv_c1']);
    expect(r.stream.at()).toEqual({ conversation_id: 'cnv_c', version: 1 });
  });
  it('comes back after a drop with growing waits, and at once when the network returns', () => {
    const r = rig();
    r.stream.start('t');
    r.ready();
    r.last().onclose!();
    const first = r.timers[0]!.ms;
    r.fire();
    r.last().onclose!();
    expect(r.timers[0]!.ms).toBeGreaterThan(first);
    r.stream.retryNow();
    expect(r.sockets).toHaveLength(3);
    r.ready();
    expect(r.links[r.links.length - 1]).toBe('live');
  });
  it('notices a dead line by the missing pong', () => {
    const r = rig();
    r.stream.start('t');
    r.ready();
    r.fire();
    expect(r.last().sent[1]).toEqual({ type: 'ping' });
    r.fire();
    expect(r.sockets[0]!.closed).toBe(true);
    expect(r.links[r.links.length - 1]).toBe('connecting');
  });
  it('obeys bye: waits for a restart, renews an expired token over the same socket, ends when signed out', () => {
    const r = rig();
    r.stream.start('t');
    r.ready();
    r.last().say({ type: 'bye', reason: 'restart', retry_ms: 2000 });
    expect(r.timers[0]!.ms).toBe(2500);
    r.fire();
    r.ready();
    r.last().say({ type: 'bye', reason: 'token_expired' });
    expect(r.counts.expired).toBe(1);
    r.stream.setToken('t2');
    expect(r.sockets).toHaveLength(2);
    expect(r.last().sent[1]).toEqual({ type: 'hello', token: 't2' });
    r.last().say({ type: 'bye', reason: 'signed_out' });
    expect(r.timers).toHaveLength(0);
  });
  it('does not hammer the server with a token it refused', () => {
    const r = rig();
    r.stream.start('old');
    r.last().onopen!();
    r.last().say({ type: 'bye', reason: 'token_expired' });
    expect(r.counts.expired).toBe(1);
    expect(r.timers).toHaveLength(0);
    r.stream.setToken('new');
    r.ready();
    expect(r.last().sent[0]).toMatchObject({ token: 'new' });
  });
  it('asks for the present state when a conversation began elsewhere', () => {
    const r = rig();
    r.stream.start('t');
    r.ready(6);
    expect(r.counts.reload).toBe(1);
  });
  it('skips to the present after a reload', () => {
    const r = rig();
    r.stream.setCursor({ conversation_id: 'cnv_a', version: 3 });
    r.stream.start('t');
    r.last().onopen!();
    r.last().say({ type: 'reload' });
    r.last().say({ type: 'ready', version: 5000 });
    r.entry(5001);
    expect(r.counts.reload).toBe(1);
    expect(r.entries).toEqual([5001]);
  });
  it('falls back to polling when sockets never become ready, and tries sockets again later', async () => {
    const r = rig();
    r.stream.setCursor({ conversation_id: 'cnv_a', version: 3 });
    r.stream.start('t');
    for (let i = 0; i < 3; i++) { r.last().onclose!(); if (i < 2) r.fire(20_000); }
    r.fire(0);
    expect(r.polls[0]!.cursor!.version).toBe(3);
    r.polls[0]!.answer({ entries: [{ conversation_id: 'cnv_a', version: 4, changes: [] }], conversation_id: 'cnv_a', version: 4, reload: false });
    await settle();
    expect(r.entries).toEqual([4]);
    expect(r.links[r.links.length - 1]).toBe('polling');
    r.fire(0);
    expect(r.polls[1]!.cursor!.version).toBe(4);
    r.polls[1]!.fail();
    await settle();
    expect(r.timers.some((timer) => timer.ms > 300 && timer.ms < 2000)).toBe(true);
    r.timers.find((timer) => timer.ms === 300_000)!.then();
    r.ready(4);
    expect(r.links[r.links.length - 1]).toBe('live');
  });
  it('fetches what an answer proves to exist when it does not come by itself', () => {
    const r = rig();
    r.stream.start('t');
    r.ready();
    r.stream.expect({ conversation_id: 'cnv_a', version: 2 });
    r.timers.find((timer) => timer.ms === 4000)!.then();
    r.ready(2);
    expect(r.last().sent[0]).toMatchObject({ resume: { conversation_id: 'cnv_a', version: 0 } });
  });
  it('ignores frames that are no JSON', () => {
    const r = rig();
    r.stream.start('t');
    r.last().onopen!();
    r.last().onmessage!({ data: '<html>' });
    r.last().say({ type: 'ready' });
    expect(r.links[r.links.length - 1]).toBe('live');
  });
});
