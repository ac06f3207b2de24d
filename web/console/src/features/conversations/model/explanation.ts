// Reads the router's explanation of one decision. Stored JSON of any age: what is not as expected gives null, and
// the screen then shows it raw.

export const WHY_NOT = [
  'not_in_team',
  'other_language',
  'lacks_skill',
  'offline',
  'busy',
  'disconnected',
  'kept_for_another',
  'passed',
  'at_capacity',
  'channel_full',
] as const;
export type WhyNot = (typeof WHY_NOT)[number];

export interface Considered {
  userId: string;
  name: string;
  load: number;
  capacity: number;
  /** 1 was chosen. */
  rank: number | null;
  whyNot: WhyNot | null;
  /** The weighted sum, where the policy weighs; 0 to 1. */
  score: number | null;
}

export interface Told {
  reason: string;
  /** The version of the policy; null where none was published. */
  policy: number | null;
  /** Names of the rules that held. */
  rules: string[];
  /** Points the rules gave. */
  points: number;
  skills: { skill: string; level: number }[];
  teamId: string | null;
  waitedMs: number | null;
  considered: Considered[];
  omitted: number;
  /** How many people could not, by why; told where nobody could. */
  counts: { whyNot: WhyNot; people: number }[];
}

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list<T>(value: unknown, read: (one: Fields) => T[]): T[] {
  return Array.isArray(value) ? value.map(fields).flatMap((one) => (one === null ? [] : read(one))) : [];
}

function candidate(one: Fields): Considered[] {
  if (typeof one.user_id !== 'string') return [];
  return [
    {
      userId: one.user_id,
      name: text(one.name),
      load: number(one.load) ?? 0,
      capacity: number(one.capacity) ?? 0,
      rank: number(one.rank),
      whyNot: WHY_NOT.find((known) => known === one.why_not) ?? null,
      score: number(one.score),
    },
  ];
}

export function readExplanation(value: unknown): Told | null {
  const whole = fields(value);
  if (whole === null || typeof whole.reason !== 'string') return null;
  const inner = fields(whole.considered) ?? whole;
  if (!Array.isArray(inner.considered)) return null;
  const counts = fields(whole.why_not) ?? {};
  return {
    reason: whole.reason,
    policy: number(whole.policy) || null,
    rules: list(inner.rules, (rule) => [text(rule.name) || text(rule.id)]).filter(Boolean),
    points: number(inner.priority) ?? 0,
    skills: list(inner.skills, (one) => (text(one.skill) === '' ? [] : [{ skill: text(one.skill), level: number(one.level) ?? 1 }])),
    teamId: text(inner.team_id) || null,
    waitedMs: number(inner.waited_ms),
    considered: list(inner.considered, candidate),
    omitted: number(inner.omitted) ?? 0,
    counts: WHY_NOT.flatMap((whyNot) => {
      const people = number(counts[whyNot]) ?? 0;
      return people > 0 ? [{ whyNot, people }] : [];
    }),
  };
}
