// A routing policy as the server keeps it. What a document may leave out is filled in once, by `fill`.

export type Scalar = string | number | boolean;

export interface Test {
  name: string;
  is?: Scalar[];
  at_least?: number;
  at_most?: number;
}

export type When = { all: When[] } | { any: When[] } | { not: When } | { fact: Test };

export interface Skill {
  skill: string;
  level: number;
}

export type Relax = 'keep' | 'any_level' | 'drop';

export interface Overflow {
  after_seconds: number;
  team?: string | null;
  any_team?: boolean;
  skills?: Relax;
  priority?: number;
}

export type AfterHoursAction = 'wait' | 'bot_only' | 'leave_message' | 'other_team';

export interface AfterHours {
  calendar: string;
  action: AfterHoursAction;
  team?: string | null;
}

export type Handling = 'bot_first' | 'people_first' | 'bot_only';

export interface Then {
  team?: string;
  skills?: Skill[];
  priority?: number;
  handling?: Handling;
  same_language?: boolean;
  hold_seconds?: number;
  overflow?: Overflow[];
  after_hours?: AfterHours;
  sla?: string;
  compensation?: string;
}

export interface Rule {
  id: string;
  name?: string;
  off?: boolean;
  when: When;
  then: Then;
  stop?: boolean;
}

export const CRITERIA = ['last_agent', 'account_owner', 'skill_fit', 'language', 'least_busy', 'longest_idle', 'spare_specialists'] as const;
export type Criterion = (typeof CRITERIA)[number];

export type Selection = { by: 'order'; criteria: Criterion[] } | { by: 'weights'; weights: Partial<Record<Criterion, number>> };

/** `[from, to)` in minutes since midnight; beyond 1440 it is the next day's morning. */
export type Shift = [number, number];
export type ExceptionKind = 'closed' | { as_weekday: number } | { shifts: Shift[] };

export interface CalendarException {
  from: string;
  to: string;
  name?: string;
  kind: ExceptionKind;
}

export interface Calendar {
  name: string;
  time_zone: string;
  days: Shift[][];
  exceptions?: CalendarException[];
}

export const METRICS = ['first_response', 'next_response', 'resolution'] as const;
export type Metric = (typeof METRICS)[number];
export type SlaAction = 'notify_owner' | 'notify_supervisors' | 'webhook' | { priority: number } | { to_team: string };

export interface Escalation {
  metric?: Metric | null;
  at_percent: number;
  actions: SlaAction[];
}

export interface SlaLevel {
  name?: string;
  calendar?: string | null;
  first_response_seconds?: number | null;
  next_response_seconds?: number | null;
  resolution_seconds?: number | null;
  pause_on_pending?: boolean;
  warn_percent?: number;
  escalation?: Escalation[];
}

/** What tickets are promised; the last one that holds counts. */
export interface TicketRule {
  id: string;
  name?: string;
  off?: boolean;
  when: When;
  sla: string;
}

export interface BusyReason {
  key: string;
  zh: string;
  en: string;
  minutes_max?: number | null;
}

export interface Policy {
  rules: Rule[];
  selection: Selection;
  points_per_minute: number;
  sla_lead_seconds: number;
  offer: { seconds: number; missed_max?: number } | null;
  calendars: Record<string, Calendar>;
  sla: Record<string, SlaLevel>;
  tickets: TicketRule[];
  busy_reasons: BusyReason[];
}

const EMPTY: Policy = {
  rules: [],
  selection: { by: 'order', criteria: ['last_agent', 'least_busy', 'longest_idle'] },
  points_per_minute: 1,
  sla_lead_seconds: 0,
  offer: null,
  calendars: {},
  sla: {},
  tickets: [],
  busy_reasons: [],
};

export const fill = (policy: Partial<Policy>): Policy => ({ ...EMPTY, ...policy });

/** A name that nothing has yet: `level`, `level_2`, … */
export function freshKey(taken: readonly string[], base: string): string {
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? base : `${base}_${n}`;
    if (!taken.includes(key)) return key;
  }
}

/** Rules that give this service level, to conversations or to tickets. */
export const rulesWith = (policy: Policy, level: string): (Rule | TicketRule)[] => [
  ...policy.rules.filter((rule) => rule.then.sla === level),
  ...policy.tickets.filter((rule) => rule.sla === level),
];

/** One step up or down; the same list where there is no such step. */
export function moved<T>(list: readonly T[], from: number, by: -1 | 1): T[] {
  const next = [...list];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(from + by, 0, one);
  return next;
}

export const replaced = <T,>(list: readonly T[], at: number, one: T): T[] => list.map((old, n) => (n === at ? one : old));
export const without = <T,>(list: readonly T[], at: number): T[] => list.filter((_, n) => n !== at);
