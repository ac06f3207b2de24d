// What the visitor said and the server has not confirmed yet. Kept in storage one key per item, so that two tabs
// never overwrite each other; every item carries its own id, so that sending twice is the same as sending once.

import { backoff } from './backoff';

export interface Item {
  /** client_msg_id */
  id: string;
  kind: 'message' | 'handoff' | 'leave';
  body: Record<string, unknown>;
  /** For the screen only: the files whose ids the body carries. */
  files?: unknown[];
  /** Order of sending; strictly increasing. */
  at: number;
  /** Whose words these are; none before the first answer of the server. */
  contact: string | null;
  /** Why the server refused it; such an item waits for the visitor. */
  failed?: string;
  /** The server has it on disk and it will come by the stream. Forgotten with the page: the next one makes sure and sends it again. */
  kept?: boolean;
}

export interface Keyed {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Thrown by `deliver`: the item will never be accepted as it is. */
export class Refused extends Error {}
/** Thrown by `deliver`: later, at the earliest after this time. */
export class Later extends Error {
  constructor(public ms: number) {
    super('later');
  }
}

export interface OutboxDeps {
  storage: Keyed | null;
  prefix: string;
  /** True: the server keeps it, and it is shown until it comes by the stream (`remove`). */
  deliver(item: Item): Promise<boolean | void>;
  changed(): void;
  now(): number;
  after(ms: number, then: () => void): number;
  cancel(timer: number): void;
  random?: () => number;
}

export class Outbox {
  items: Item[] = [];
  private contact: string | null = null;
  private running = false;
  private enabled = false;
  private tries = 0;
  private timer: number | undefined;

  constructor(private deps: OutboxDeps) {
    this.load();
  }

  /** From now on deliver, as this contact. `adopt`: the same visitor under a new contact (just identified). */
  enable(contact: string, adopt: boolean): void {
    const before = this.contact;
    this.contact = contact;
    this.enabled = true;
    for (const item of this.items) {
      if (!item.contact || (adopt && item.contact === before)) {
        item.contact = contact;
        this.write(item);
      }
    }
    this.flush();
  }

  /** Stops delivering until enabled again. */
  disable(): void {
    this.enabled = false;
  }

  /** Those of the present visitor, in order. */
  mine(): Item[] {
    return this.items.filter((item) => !item.contact || !this.contact || item.contact === this.contact);
  }

  add(item: Pick<Item, 'id' | 'kind' | 'body' | 'files'>): void {
    const last = this.items.length ? this.items[this.items.length - 1]!.at : 0;
    const added: Item = { ...item, at: Math.max(this.deps.now(), last + 1), contact: this.contact };
    this.items.push(added);
    this.write(added);
    this.deps.changed();
    this.flush();
  }

  retry(id: string): void {
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    delete item.failed;
    this.write(item);
    this.deps.changed();
    this.flush();
  }

  /** Delivered, or given up by the visitor. */
  remove(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
    this.guard((storage) => storage.removeItem(this.deps.prefix + id));
    this.deps.changed();
  }

  /** The visitor logged out: nothing of theirs stays. */
  clear(): void {
    this.enabled = false;
    for (const item of this.mine()) this.remove(item.id);
    this.contact = null;
  }

  /** Try now, whatever the back-off says. */
  flush(): void {
    if (this.timer !== undefined) this.deps.cancel(this.timer);
    this.timer = undefined;
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      for (;;) {
        const item = this.enabled ? this.mine().find((one) => !one.failed && !one.kept) : undefined;
        if (!item) return;
        try {
          item.kept = !!(await this.deps.deliver(item));
          this.tries = 0;
          if (item.kept) this.deps.changed();
          else this.remove(item.id);
        } catch (error) {
          if (!(error instanceof Refused)) {
            const wait = error instanceof Later ? error.ms : backoff(this.tries++, 1000, 30_000, this.deps.random);
            this.timer = this.deps.after(wait, () => this.flush());
            return;
          }
          item.failed = error.message || 'refused';
          // Logged out meanwhile: it is gone and stays gone.
          if (this.items.includes(item)) this.write(item);
          this.deps.changed();
        }
      }
    } finally {
      this.running = false;
    }
  }

  private load(): void {
    this.guard((storage) => {
      for (let i = 0; i < storage.length; i++) {
        const key = storage.key(i);
        if (!key || key.indexOf(this.deps.prefix) !== 0) continue;
        const item = read(storage.getItem(key));
        if (item) this.items.push(item);
      }
    });
    this.items.sort((a, b) => a.at - b.at);
  }

  private write(item: Item): void {
    this.guard((storage) => storage.setItem(this.deps.prefix + item.id, JSON.stringify(item)));
  }

  private guard(act: (storage: Keyed) => void): void {
    try {
      if (this.deps.storage) act(this.deps.storage);
    } catch {
      // Storage full or forbidden: the items live as long as this page.
    }
  }
}

function read(text: string | null): Item | null {
  try {
    const item = JSON.parse(text || 'null') as Item | null;
    if (item) delete item.kept;
    return item && typeof item.id === 'string' && typeof item.at === 'number' && item.body ? item : null;
  } catch {
    return null;
  }
}
