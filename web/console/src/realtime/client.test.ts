import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientFrame } from '@qingniao/shared/api';
import { StreamClient, type LinkState } from './client';
import type { PollAnswer } from './frames';
import type { SocketLike } from './session';

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = 0;
  sent: ClientFrame[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  frame(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(): void {
    this.readyState = 3;
    this.onclose?.();
  }
}

function setup(over: { online?: boolean; poll?: () => Promise<PollAnswer> } = {}) {
  const sockets: FakeSocket[] = [];
  const states: LinkState[] = [];
  const applied: number[] = [];
  const counts = { reloads: 0, signedOut: 0 };
  const world = { online: over.online ?? true };
  const client = new StreamClient(
    {
      makeSocket: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      poll: over.poll ?? (() => Promise.reject(new Error('no poll'))),
      signal: () => Promise.resolve(),
      isOnline: () => world.online,
      random: () => 1,
      now: () => Date.now(),
    },
    {
      onState: (state) => states.push(state),
      onEntry: (entry) => applied.push(entry.seq),
      onEphemeral: () => undefined,
      onReload: () => (counts.reloads += 1),
      onSignedOut: () => (counts.signedOut += 1),
      onConnected: () => undefined,
    },
  );
  const last = () => sockets[sockets.length - 1] as FakeSocket;
  const ready = (seq: number, resumed: boolean) => {
    last().open();
    last().frame({ type: 'ready', seq, resumed, heartbeat_ms: 25_000, connection_id: 'c' });
  };
  const entry = (seq: number) => last().frame({ type: 'entry', seq, conversation_id: null, version: null, at: 0, changes: [] });
  return { client, sockets, states, applied, counts, world, last, ready, entry };
}

describe('StreamClient', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('says hello, applies in order, drops duplicates, resumes after a hole', () => {
    const s = setup();
    s.client.start();
    s.ready(10, false);
    expect(s.last().sent).toEqual([{ type: 'hello' }]);
    s.entry(11);
    s.entry(11);
    s.entry(12);
    s.entry(14);
    expect(s.applied).toEqual([11, 12]);
    vi.advanceTimersByTime(500);
    expect(s.sockets).toHaveLength(2);
    s.ready(14, true);
    expect(s.last().sent[0]).toEqual({ type: 'hello', resume: { seq: 12 } });
    s.entry(13);
    s.entry(14);
    expect(s.applied).toEqual([11, 12, 13, 14]);
    expect(s.counts.reloads).toBe(1);
  });

  it('fetches everything again when the gap is too old', () => {
    const s = setup();
    s.client.start();
    s.ready(10, false);
    s.last().drop();
    vi.advanceTimersByTime(500);
    s.last().open();
    s.last().frame({ type: 'reload' });
    s.last().frame({ type: 'ready', seq: 9000, resumed: false, heartbeat_ms: 25_000, connection_id: 'd' });
    s.entry(9001);
    expect(s.counts.reloads).toBe(2);
    expect(s.applied).toEqual([9001]);
  });

  it('backs off longer each time and starts over once stable', () => {
    const s = setup();
    s.client.start();
    for (const wait of [500, 1000]) {
      s.last().drop();
      const state = s.states[s.states.length - 1];
      expect(state).toEqual({ phase: 'reconnecting', retryAt: Date.now() + wait });
      vi.advanceTimersByTime(wait);
    }
    s.ready(1, false);
    vi.advanceTimersByTime(10_000);
    s.last().drop();
    expect(s.states[s.states.length - 1]).toEqual({ phase: 'reconnecting', retryAt: Date.now() + 500 });
  });

  it('does not wait when the network comes back', () => {
    const s = setup();
    s.client.start();
    s.ready(1, false);
    s.world.online = false;
    s.client.lost();
    expect(s.states[s.states.length - 1]).toEqual({ phase: 'offline' });
    s.world.online = true;
    s.client.wake();
    expect(s.sockets).toHaveLength(2);
  });

  it('notices a dead connection by its silence', () => {
    const s = setup();
    s.client.start();
    s.ready(1, false);
    vi.advanceTimersByTime(20_000);
    expect(s.last().sent).toContainEqual({ type: 'ping' });
    s.last().frame({ type: 'pong' });
    vi.advanceTimersByTime(20_000);
    expect(s.sockets).toHaveLength(1);
    vi.advanceTimersByTime(8_000);
    expect(s.states[s.states.length - 1]?.phase).toBe('reconnecting');
  });

  it('waits as told on restart and stops when signed out', () => {
    const s = setup();
    s.client.start();
    s.ready(1, false);
    s.last().frame({ type: 'bye', reason: 'restart', retry_ms: 3000 });
    vi.advanceTimersByTime(3499);
    expect(s.sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(s.sockets).toHaveLength(2);
    s.ready(1, true);
    s.last().frame({ type: 'bye', reason: 'signed_out' });
    vi.advanceTimersByTime(60_000);
    expect(s.sockets).toHaveLength(2);
    expect(s.counts.signedOut).toBe(1);
  });

  it('falls back to polling after three sockets that never opened, and tries a socket again later', async () => {
    let calls = 0;
    const poll = (): Promise<PollAnswer> => {
      calls += 1;
      if (calls > 1) return new Promise(() => undefined);
      return Promise.resolve({
        entries: [],
        seq: 5,
        reload: false,
      });
    };
    const s = setup({ poll });
    s.client.start();
    for (const wait of [500, 1000, 2000]) {
      s.last().drop();
      await vi.advanceTimersByTimeAsync(wait);
    }
    expect(s.states[s.states.length - 1]).toEqual({ phase: 'connected', transport: 'poll' });
    const before = s.sockets.length;
    await vi.advanceTimersByTimeAsync(61_000);
    expect(s.sockets.length).toBe(before + 1);
  });
});
