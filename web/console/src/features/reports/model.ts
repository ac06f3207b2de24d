// What a report can be asked for.

export const PERIODS = ['today', 'days7', 'days30', 'days90'] as const;
export type Period = (typeof PERIODS)[number];

export const DIMENSIONS = ['day', 'week', 'month', 'hour', 'agent', 'team', 'inbox', 'channel', 'intent', 'language', 'handoff', 'wrap_up'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const DAY_MS = 86_400_000;
const DAYS: Record<Period, number> = { today: 0, days7: 6, days30: 29, days90: 89 };

/** Midnight, in the company's zone, of the day the period begins on. */
export function since(period: Period, now: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }).formatToParts(now);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const midnight = now - (((part('hour') % 24) * 60 + part('minute')) * 60 + part('second')) * 1000 - (now % 1000);
  return midnight - DAYS[period] * DAY_MS;
}

/** A figure that is kept times 100. */
export function hundredths(x100: number | null): string {
  return x100 === null ? '–' : (x100 / 100).toFixed(2);
}

/** Transfers by reason, the most frequent first and those without one last; empty where nobody gave any. */
export function byReason({ transfers, transfer_reasons }: { transfers: number; transfer_reasons: Record<string, number> }): { key: string | null; count: number }[] {
  const given = Object.entries(transfer_reasons).map(([key, count]) => ({ key, count }));
  if (given.length === 0) return [];
  const rest = transfers - given.reduce((sum, { count }) => sum + count, 0);
  const ordered = given.sort((a, b) => b.count - a.count || a.key.localeCompare(b.key));
  return rest > 0 ? [...ordered, { key: null, count: rest }] : ordered;
}
