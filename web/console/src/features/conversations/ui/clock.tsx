// Times that pass. One timer for all labels of a kind, and only the labels render again.
import { useSyncExternalStore } from 'react';
import { formatDateTime, useFormat } from '../../../i18n';

class Ticker {
  private now = Date.now();
  private listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly everyMs: number) {}

  read = (): number => this.now;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1) {
      this.now = Date.now();
      this.timer = setInterval(() => this.tick(), this.everyMs);
    }
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) clearInterval(this.timer);
    };
  };

  private tick(): void {
    this.now = Date.now();
    for (const listener of this.listeners) listener();
  }
}

const seconds = new Ticker(1_000);
const halfMinutes = new Ticker(30_000);

/** The time now, fresh every half minute, or every second where seconds are shown. */
export function useNow(pace: 'second' | 'slow' = 'slow'): number {
  const ticker = pace === 'second' ? seconds : halfMinutes;
  return useSyncExternalStore(ticker.subscribe, ticker.read);
}

/** 3 分钟前, with the exact time for whoever points at it. */
export function Ago({ at, className }: { at: number; className?: string | undefined }) {
  const { formatRelative } = useFormat();
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)} className={className}>
      {formatRelative(Math.min(at, now), now)}
    </time>
  );
}

/** How long since then, in steps a person cares about: seconds only in the first minute. */
export function useWaited(since: number): string {
  const { formatDuration } = useFormat();
  const now = useNow('second');
  const waited = Math.max(0, now - since);
  return formatDuration(waited >= 60_000 ? Math.floor(waited / 60_000) * 60_000 : waited).replace(/ 0 秒$| 0s$/, '');
}
