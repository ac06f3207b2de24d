// How long something lasts, by the server's clock: the board says what time it was there, and this page counts on from it.
import { useMemo } from 'react';
import { useFormat } from '../../i18n';
import { useNow } from '../conversations/ui/clock';

export function useElapsed(serverNow: number): (at: number) => string {
  const { formatDuration } = useFormat();
  const left = useLeft(serverNow);
  return (at) => formatDuration(Math.max(0, -left(at)));
}

/** Milliseconds until then; negative once it is past. */
export function useLeft(serverNow: number): (at: number) => number {
  const now = useNow('second');
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the gap is that of the moment the board came
  const gap = useMemo(() => serverNow - Date.now(), [serverNow]);
  return (at) => at - (now + gap);
}
