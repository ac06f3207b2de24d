// How long to wait before the next attempt: 0.5 s · 2^n with full jitter, never more than 30 s.

const BASE_MS = 500;
const CAP_MS = 30_000;

/** A connection that stood this long counts as good and starts the ladder again. */
export const STABLE_MS = 10_000;

export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 10));
  return Math.round(random() * ceiling);
}
