// Sends what the outbox holds: in order within a conversation, again after trouble, at once when the network returns.
// Screens subscribe; the rules of what happens next are in `outbox.ts`.
import { backoffMs } from '../../../realtime/backoff';
import { add, answer, change, nextDue, nextWake, remove, restored, retry, type Answer, type OutboxItem } from './outbox';
import type { OutboxStore } from './outbox-store';

export interface OutboxDeps {
  store: OutboxStore;
  /** Delivers one item; never throws. */
  deliver(item: OutboxItem): Promise<Answer>;
  now(): number;
  random(): number;
}

export class Outbox {
  private items: OutboxItem[] = [];
  private listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(
    private readonly deps: OutboxDeps,
    private readonly userId: string,
  ) {}

  /** Takes up what an earlier page left behind. */
  async start(): Promise<void> {
    this.stopped = false;
    const kept = restored(await this.deps.store.all(), this.userId, this.deps.now());
    for (const item of kept) this.items = add(this.items, item);
    this.changed();
    this.run();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  snapshot = (): OutboxItem[] => this.items;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  send(item: OutboxItem): void {
    this.items = add(this.items, item);
    void this.deps.store.put(item);
    this.changed();
    this.run();
  }

  retry(id: string, force = false): void {
    this.items = retry(this.items, id, this.deps.now(), force);
    this.keep(id);
    this.changed();
    this.run();
  }

  /** The message is on the server (the stream showed it) or the person gave it up. */
  drop(id: string): void {
    if (!this.items.some((item) => item.id === id)) return;
    this.items = remove(this.items, id);
    void this.deps.store.remove(id);
    this.changed();
    this.run();
  }

  /** The connection came back: don't wait for the back-off. */
  wake(): void {
    const now = this.deps.now();
    this.items = this.items.map((item) => (item.state === 'waiting' && item.dueAt > now ? { ...item, dueAt: now } : item));
    this.run();
  }

  private run(): void {
    if (this.stopped) return;
    for (const item of nextDue(this.items, this.deps.now())) {
      this.items = change(this.items, item.id, { state: 'sending' });
      void this.deliver(item);
    }
    this.changed();
    const wake = nextWake(this.items);
    clearTimeout(this.timer);
    if (wake !== null) this.timer = setTimeout(() => this.run(), Math.max(50, wake - this.deps.now()));
  }

  private async deliver(item: OutboxItem): Promise<void> {
    const said = await this.deps.deliver(item);
    if (this.stopped) return;
    const wait = backoffMs(item.attempts + 1, () => this.deps.random());
    this.items = answer(this.items, item.id, said, this.deps.now(), wait);
    this.keep(item.id);
    this.changed();
    this.run();
  }

  private keep(id: string): void {
    const item = this.items.find((known) => known.id === id);
    void (item === undefined ? this.deps.store.remove(id) : this.deps.store.put(item));
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
