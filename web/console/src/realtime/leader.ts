// One tab of this browser leads: it alone makes sounds, notifications and the title badge. Web Locks elect it; where
// they are missing (plain http on a LAN) tabs agree over a BroadcastChannel, the smallest name leading.
// Tabs also tell each other which conversation is being looked at, so that nobody is notified of what they read.

const CHANNEL = 'qn-tabs';
const BEAT_MS = 2_000;
const GONE_AFTER_MS = 5_000;

interface Beat {
  tab: string;
  /** The conversation on a visible, focused page. */
  looking: string | null;
}

export class Tabs {
  private readonly tab = Math.random().toString(36).slice(2);
  private channel: BroadcastChannel | null = null;
  private readonly others = new Map<string, { beat: Beat; at: number }>();
  private abort = new AbortController();
  private looking: string | null = null;
  private leading = false;
  private timer: ReturnType<typeof setInterval> | undefined;
  private release: (() => void) | undefined;

  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    this.abort = new AbortController();
    this.channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL);
    if (this.channel !== null) this.channel.onmessage = (event: MessageEvent<Beat>) => this.heard(event.data);
    const hasLocks = typeof navigator !== 'undefined' && 'locks' in navigator;
    this.timer = setInterval(() => {
      this.beat();
      if (!hasLocks) this.lead(this.isSmallest());
    }, BEAT_MS);
    this.beat();
    if (hasLocks) void this.waitForLock();
  }

  stop(): void {
    clearInterval(this.timer);
    this.abort.abort();
    this.release?.();
    this.channel?.close();
    this.channel = null;
    this.lead(false);
  }

  isLeader(): boolean {
    return this.leading;
  }

  setLooking(conversationId: string | null): void {
    if (this.looking === conversationId) return;
    this.looking = conversationId;
    this.beat();
  }

  isLookedAt(conversationId: string): boolean {
    if (this.looking === conversationId) return true;
    const now = Date.now();
    return [...this.others.values()].some(({ beat, at }) => beat.looking === conversationId && now - at < GONE_AFTER_MS);
  }

  private async waitForLock(): Promise<void> {
    try {
      await navigator.locks.request('qn-leader', { signal: this.abort.signal }, () => {
        this.lead(true);
        return new Promise<void>((resolve) => (this.release = resolve));
      });
    } catch {
      // Aborted: this tab is going away.
    }
  }

  private lead(leading: boolean): void {
    if (leading === this.leading) return;
    this.leading = leading;
    for (const listener of this.listeners) listener();
  }

  private isSmallest(): boolean {
    const now = Date.now();
    return ![...this.others.values()].some(({ beat, at }) => beat.tab < this.tab && now - at < GONE_AFTER_MS);
  }

  private heard(beat: Beat): void {
    if (typeof beat?.tab === 'string') this.others.set(beat.tab, { beat, at: Date.now() });
  }

  private beat(): void {
    const beat: Beat = { tab: this.tab, looking: this.looking };
    this.channel?.postMessage(beat);
  }
}
