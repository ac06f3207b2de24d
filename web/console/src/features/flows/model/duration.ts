// Lengths of time as people say them: a number and a unit, kept as milliseconds.

export const UNITS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type Unit = keyof typeof UNITS;

/** The largest unit that gives a number with at most one decimal; below a second, seconds with decimals. */
export function toHuman(ms: number): { amount: number; unit: Unit } {
  for (const unit of ['day', 'hour', 'minute'] as const) {
    if (ms >= UNITS[unit] && ms % (UNITS[unit] / 2) === 0) return { amount: ms / UNITS[unit], unit };
  }
  return { amount: ms / UNITS.second, unit: 'second' };
}

export function fromHuman(amount: number, unit: Unit): number {
  return Math.round(amount * UNITS[unit]);
}
