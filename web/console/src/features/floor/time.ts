// How long something lasts, by the server's clock: `gapMs` is how far that is ahead of this machine's.
import { useFormat } from '../../i18n';
import { useNow } from '../conversations/ui/clock';

export function useElapsed(gapMs: number): (at: number) => string {
  const { formatDuration } = useFormat();
  const left = useLeft(gapMs);
  return (at) => formatDuration(Math.max(0, -left(at)));
}

/** Milliseconds until then; negative once it is past. */
export function useLeft(gapMs: number): (at: number) => number {
  const now = useNow('second');
  return (at) => at - (now + gapMs);
}
