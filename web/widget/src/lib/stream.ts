// The visitor's live connection: a WebSocket that resumes by version, with long polling where sockets do not pass.
// Hands over each entry exactly once and in order; knows nothing of what entries mean. Clock, sockets and requests
// come as values so that the tests can run it through every bad day.

import { backoff } from './backoff';

export interface Cursor {
  conversation_id: string;
  version: number;
}
export interface Entry extends Cursor {
  changes: unknown[];
}
export type Link = 'connecting' | 'live' | 'polling' | 'offline';

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: (() => void) | null;
}
export interface PollAnswer {
  entries: Entry[];
  /** Null while there is none. */
  conversation_id: string | null;
  version: number;
  reload: boolean;
}
export interface StreamDeps {
  open(): Socket;
  /** Long poll; rejects when the network or the server fails. Null while there is no conversation. */
  poll(cursor: Cursor | null): Promise<PollAnswer>;
  /** Sends an ephemeral frame while there is no socket. */
  signal(frame: object): void;
  online(): boolean;
  after(ms: number, then: () => void): number;
  cancel(timer: number): void;
  random?: () => number;
}
export interface StreamEvents {
  entry(entry: Entry): void;
  /** typing, queue … */
  frame(frame: { type: string; [member: string]: unknown }): void;
  link(link: Link): void;
  /** Too much was missed: fetch the present state. */
  reload(): void;
  /** The token is no longer good: get another and call `setToken`. */
  tokenExpired(): void;
}

/** Sockets in a row that died before they were ready until polling takes over. */
const SOCKET_TRIES = 3;
const SOCKET_AGAIN_MS = 5 * 60_000;
const READY_WITHIN_MS = 15_000;

export class Stream {
  private token = '';
  private cursor: Cursor | null = null;
  private socket: Socket | null = null;
  private ready = false;
  private stopped = true;
  private tries = 0;
  private failed = 0;
  private heartbeat = 25_000;
  private heard = true;
  private timers: { [name: string]: number } = {};
  private polling = false;
  /** Which poll is the present one; late answers of earlier ones are dropped. */
  private turn = 0;
  private reloading = false;
  private holes = 0;

  constructor(private deps: StreamDeps, private events: StreamEvents) {}

  start(token: string): void {
    this.stopped = false;
    this.token = token;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.drop();
    for (const name of Object.keys(this.timers)) this.cancel(name);
  }

  /** A renewed token; goes over the open socket, so nothing is cut. */
  setToken(token: string): void {
    this.token = token;
    if (this.ready) this.say({ type: 'hello', token });
    else if (!this.stopped) this.retryNow();
  }

  /** Where the loaded state stands. Only ever forward within one conversation. */
  setCursor(cursor: Cursor | null): void {
    const same = cursor && this.cursor && cursor.conversation_id === this.cursor.conversation_id;
    if (!same || cursor!.version > this.cursor!.version) this.cursor = cursor && { ...cursor };
    if (this.polling) this.pollSoon(0);
  }

  at(): Cursor | null {
    return this.cursor && { ...this.cursor };
  }

  /** The network is back, or the visitor is looking: do not wait out the back-off. */
  retryNow(): void {
    if (this.stopped) return;
    // An outage that the socket outlived was told as one all the same.
    if (this.ready) return this.events.link('live');
    this.tries = 0;
    if (this.polling) this.pollSoon(0);
    else this.connect();
  }

  /** Something newer is known to exist; ask for it unless it comes by itself. */
  expect(cursor: Cursor): void {
    if (!this.cursor || this.cursor.conversation_id < cursor.conversation_id) this.setCursor({ conversation_id: cursor.conversation_id, version: 0 });
    this.after('expect', 4_000, () => {
      const now = this.cursor;
      if (now && now.conversation_id === cursor.conversation_id && now.version < cursor.version && this.ready) this.connect();
    });
  }

  send(frame: object): void {
    if (this.ready) this.say(frame);
    else if (this.polling) this.deps.signal(frame);
  }

  private after(name: string, ms: number, then: () => void): void {
    this.cancel(name);
    this.timers[name] = this.deps.after(ms, then);
  }

  private cancel(name: string): void {
    if (this.timers[name] !== undefined) this.deps.cancel(this.timers[name]!);
    delete this.timers[name];
  }

  private say(frame: object): void {
    try {
      this.socket!.send(JSON.stringify(frame));
    } catch {
      // Closed under our hands; onclose follows.
    }
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.ready = false;
    this.polling = false;
    this.turn++;
    for (const name of ['retry', 'beat', 'ready', 'poll', 'upgrade']) this.cancel(name);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close();
    } catch {
      // Already gone.
    }
  }

  private connect(): void {
    this.drop();
    if (this.stopped) return;
    this.events.link(this.deps.online() ? 'connecting' : 'offline');
    let socket: Socket;
    try {
      socket = this.deps.open();
    } catch {
      this.failed = SOCKET_TRIES;
      return this.lost();
    }
    this.socket = socket;
    socket.onopen = () => this.say({ type: 'hello', token: this.token, ...(this.cursor ? { resume: this.cursor } : {}) });
    socket.onmessage = (event) => this.hear(event.data);
    socket.onclose = () => {
      if (!this.ready) this.failed++;
      this.lost();
    };
    this.after('ready', READY_WITHIN_MS, () => {
      this.failed++;
      this.lost();
    });
  }

  private lost(wait?: number): void {
    this.drop();
    if (this.stopped) return;
    if (this.failed >= SOCKET_TRIES && this.deps.online()) return this.startPolling();
    this.events.link(this.deps.online() ? 'connecting' : 'offline');
    this.after('retry', wait === undefined ? backoff(this.tries++, 500, 30_000, this.deps.random) : wait, () => this.connect());
  }

  private hear(text: string): void {
    let frame: { type: string; [member: string]: unknown };
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    this.heard = true;
    switch (frame.type) {
      case 'ready':
        return this.onReady(frame);
      case 'entry':
        return this.take(frame as unknown as Entry);
      case 'reload':
        this.reloading = true;
        return this.events.reload();
      case 'bye': {
        const wait = Number(frame.retry_ms) || 0;
        if (frame.reason === 'signed_out') return this.stop();
        if (frame.reason === 'token_expired') {
          // An open socket stays for a moment, to be renewed by another hello.
          if (!this.ready) this.drop();
          return this.events.tokenExpired();
        }
        // Spread the return of everyone who was told to come back.
        return this.lost(wait + Math.round((this.deps.random || Math.random)() * 1000));
      }
      case 'pong':
        return;
      default:
        this.events.frame(frame);
    }
  }

  private onReady(frame: { [member: string]: unknown }): void {
    this.cancel('ready');
    this.ready = true;
    this.tries = this.failed = 0;
    this.heartbeat = Number(frame.heartbeat_ms) || 25_000;
    if (this.reloading && this.cursor && typeof frame.version === 'number') this.cursor.version = Math.max(this.cursor.version, frame.version);
    this.reloading = false;
    this.events.link('live');
    this.beat();
    // A conversation that began elsewhere since we asked.
    if (!this.cursor && Number(frame.version) > 0) this.events.reload();
  }

  private beat(): void {
    this.heard = false;
    this.after('beat', this.heartbeat, () => {
      this.say({ type: 'ping' });
      this.after('beat', 10_000, () => (this.heard ? this.beat() : this.lost()));
    });
  }

  private take(entry: Entry): void {
    const at = this.cursor;
    if (at && entry.conversation_id < at.conversation_id) return;
    if (!at || entry.conversation_id !== at.conversation_id) {
      // A conversation that began after what we have. Ids sort by time.
      this.cursor = { conversation_id: entry.conversation_id, version: 0 };
    }
    const cursor = this.cursor!;
    if (entry.version <= cursor.version) return;
    if (entry.version > cursor.version + 1) return this.hole();
    cursor.version = entry.version;
    this.holes = 0;
    this.events.entry(entry);
  }

  private hole(): void {
    if (++this.holes > 2) {
      // Resuming did not fill it.
      this.holes = 0;
      this.events.reload();
      return;
    }
    if (this.polling) this.pollSoon(0);
    else this.connect();
  }

  private startPolling(): void {
    this.polling = true;
    this.tries = 0;
    this.after('upgrade', SOCKET_AGAIN_MS, () => {
      this.failed = SOCKET_TRIES - 1;
      this.connect();
    });
    this.pollSoon(0);
  }

  private pollSoon(ms: number): void {
    const turn = ++this.turn;
    this.after('poll', ms, () => {
      this.deps.poll(this.at()).then(
        (answer) => turn === this.turn && this.polled(answer),
        () => {
          if (turn !== this.turn) return;
          this.events.link(this.deps.online() ? 'connecting' : 'offline');
          this.pollSoon(backoff(this.tries++, 1000, 30_000, this.deps.random));
        },
      );
    });
  }

  private polled(answer: PollAnswer): void {
    const turn = this.turn;
    this.tries = 0;
    this.events.link('polling');
    if (answer.reload) {
      if (this.cursor) this.cursor.version = Math.max(this.cursor.version, answer.version);
      this.events.reload();
    }
    if (!this.cursor && answer.conversation_id) this.cursor = { conversation_id: answer.conversation_id, version: 0 };
    for (const entry of answer.entries) {
      this.take(entry);
      if (turn !== this.turn) return;
    }
    this.pollSoon(answer.entries.length ? 0 : 300);
  }
}
