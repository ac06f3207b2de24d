// Reads the router's explanation of one assignment. Stored JSON of any age: what is not as expected gives null, and
// the screen then shows it raw.

const WHY_NOT = ['not_in_team', 'offline', 'busy', 'disconnected', 'at_capacity'] as const;
export type WhyNot = (typeof WHY_NOT)[number];

export interface Considered {
  userId: string;
  name: string;
  load: number;
  capacity: number;
  /** 1 was chosen. */
  rank: number | null;
  whyNot: WhyNot | null;
}

export interface Told {
  reason: string;
  waitedMs: number | null;
  considered: Considered[];
  omitted: number;
}

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function candidate(value: unknown): Considered[] {
  const one = fields(value);
  if (one === null || typeof one.user_id !== 'string') return [];
  return [
    {
      userId: one.user_id,
      name: typeof one.name === 'string' ? one.name : '',
      load: number(one.load) ?? 0,
      capacity: number(one.capacity) ?? 0,
      rank: number(one.rank),
      whyNot: WHY_NOT.find((known) => known === one.why_not) ?? null,
    },
  ];
}

export function readExplanation(value: unknown): Told | null {
  const whole = fields(value);
  if (whole === null || typeof whole.reason !== 'string') return null;
  const inner = fields(whole.considered) ?? whole;
  const considered = inner.considered;
  if (!Array.isArray(considered)) return null;
  return {
    reason: whole.reason,
    waitedMs: number(inner.waited_ms),
    considered: considered.flatMap(candidate),
    omitted: number(inner.omitted) ?? 0,
  };
}
