// Follows the tenant's stream for as long as the page lives: connects, checks that entries are consecutive,
// resumes after every break with back-off, and falls back to long polling where WebSockets do not pass.
// It knows nothing of React or of caches; `handlers` get what arrives.
import type { ClientFrame, ServerFrame, StreamEntry } from '@qingniao/shared/api';
import { backoffMs, STABLE_MS } from './backoff';
import type { Ephemeral } from './frames';
import { judge } from './sequence';
import { openPollSession, openSocketSession, type Ending, type PollDeps, type Session, type SocketLike } from './session';

export type LinkState =
  | { phase: 'connecting' }
  | { phase: 'connected'; transport: 'ws' | 'poll' }
  | { phase: 'reconnecting'; retryAt: number }
  | { phase: 'offline' }
  | { phase: 'stopped' };

export interface StreamHandlers {
  onState(state: LinkState): void;
  onEntry(entry: StreamEntry): void;
  onEphemeral(frame: Ephemeral): void;
  /** What was fetched before may be stale: fetch it again. */
  onReload(): void;
  /** The server ended the sign-in. */
  onSignedOut(): void;
  onConnected(): void;
}

export interface StreamDeps extends PollDeps {
  makeSocket(): SocketLike;
  isOnline(): boolean;
  random(): number;
  now(): number;
}

/** Sockets that never got ready before long polling is tried. */
const SOCKET_FAILURES_MAX = 3;
/** While polling works, how often a socket is tried again. */
const SOCKET_RETRY_MS = 60_000;

export class StreamClient {
  private session: Session | null = null;
  private transport: 'ws' | 'poll' = 'ws';
  private lastSeq: number | null = null;
  private attempt = 0;
  private socketFailures = 0;
  private running = false;
  private connected = false;
  private reloadAsked = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private stableTimer: ReturnType<typeof setTimeout> | undefined;
  private upgradeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly deps: StreamDeps,
    private readonly handlers: StreamHandlers,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.connect();
  }

  stop(): void {
    if (!this.running) return;
    this.running = false;
    this.clearTimers();
    const session = this.session;
    this.session = null;
    session?.close();
    this.connected = false;
    this.handlers.onState({ phase: 'stopped' });
  }

  send(frame: ClientFrame): void {
    if (this.connected) this.session?.send(frame);
  }

  /** The network or the page came back: don't sit out the back-off. */
  wake(): void {
    if (!this.running) return;
    if (this.connected) this.session?.probe();
    else if (this.session === null) {
      this.attempt = 0;
      this.connect();
    }
  }

  /** The browser says the network is gone. */
  lost(): void {
    if (this.running && !this.deps.isOnline()) this.session?.close();
  }

  private connect(): void {
    this.clearTimers();
    if (!this.deps.isOnline()) {
      this.handlers.onState({ phase: 'offline' });
      return;
    }
    // Once sockets have failed, take turns: the network may change under us either way.
    this.transport = this.socketFailures >= SOCKET_FAILURES_MAX && this.transport === 'ws' ? 'poll' : 'ws';
    if (this.attempt === 0) this.handlers.onState({ phase: 'connecting' });
    this.open();
  }

  private open(): void {
    // A session may end while it is being made; `over` keeps it from being remembered after that.
    let over = false;
    const events = {
      onFrame: (frame: ServerFrame) => {
        if (!over) this.receive(frame);
      },
      onEnd: (ending: Ending) => {
        over = true;
        this.ended(ending);
      },
    };
    const session =
      this.transport === 'ws'
        ? openSocketSession(() => this.deps.makeSocket(), this.lastSeq, events)
        : openPollSession(this.deps, this.lastSeq, events);
    if (!over) this.session = session;
  }

  private receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'reload':
        this.reloadAsked = true;
        return;
      case 'ready':
        this.ready(frame.seq, frame.resumed);
        return;
      case 'entry':
        this.entry(frame);
        return;
      case 'typing':
      case 'viewers':
      case 'changed':
      case 'presence':
      case 'whisper':
      case 'wallboard':
        this.handlers.onEphemeral(frame);
        return;
      case 'pong':
      case 'bye':
        return;
    }
  }

  private ready(seq: number, resumed: boolean): void {
    if (this.lastSeq === null || !resumed || this.reloadAsked) {
      this.lastSeq = seq;
      this.handlers.onReload();
    }
    this.reloadAsked = false;
    this.connected = true;
    if (this.transport === 'ws') this.socketFailures = 0;
    else this.upgradeTimer = setTimeout(() => this.tryUpgrade(), SOCKET_RETRY_MS);
    this.stableTimer = setTimeout(() => (this.attempt = 0), STABLE_MS);
    this.handlers.onState({ phase: 'connected', transport: this.transport });
    this.handlers.onConnected();
  }

  private entry(entry: StreamEntry): void {
    const verdict = judge(this.lastSeq, entry.seq);
    if (verdict === 'duplicate') return;
    if (verdict === 'hole') {
      this.session?.close();
      return;
    }
    this.lastSeq = entry.seq;
    this.handlers.onEntry(entry);
  }

  /** Polling works; see whether sockets pass by now. */
  private tryUpgrade(): void {
    this.attempt = 0;
    this.session?.close();
  }

  private ended(ending: Ending): void {
    this.session = null;
    this.connected = false;
    clearTimeout(this.stableTimer);
    clearTimeout(this.upgradeTimer);
    if (!this.running) return;
    if (this.transport === 'ws' && !ending.opened) this.socketFailures += 1;
    const reason = ending.bye?.reason;
    if (reason === 'signed_out' || reason === 'token_expired') {
      this.stop();
      this.handlers.onSignedOut();
      return;
    }
    this.retryLater(ending);
  }

  private retryLater(ending: Ending): void {
    if (!this.deps.isOnline()) {
      this.handlers.onState({ phase: 'offline' });
      return;
    }
    const asked = ending.bye?.retryMs ?? 0;
    const wait = asked + backoffMs(this.attempt, () => this.deps.random());
    this.attempt += 1;
    this.handlers.onState({ phase: 'reconnecting', retryAt: this.deps.now() + wait });
    this.retryTimer = setTimeout(() => this.connect(), wait);
  }

  private clearTimers(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.stableTimer);
    clearTimeout(this.upgradeTimer);
  }
}
