import type { TimeInStateView } from '@qingniao/shared/presence';

/** Milliseconds of one person in each state. */
export interface PersonTimes {
  id: string;
  online: number;
  busy: number;
  wrap_up: number;
  offline: number;
  /** Of being busy, the longest first. */
  reasons: { key: string | null; spent: number }[];
}

/** Whoever was there longest comes first. */
export function byPerson(spent: readonly TimeInStateView[]): PersonTimes[] {
  const people = new Map<string, PersonTimes>();
  for (const { user_id: id, state, reason, spent_ms } of spent) {
    const person = people.get(id) ?? { id, online: 0, busy: 0, wrap_up: 0, offline: 0, reasons: [] };
    people.set(id, person);
    person[state] += spent_ms;
    if (state === 'busy') person.reasons.push({ key: reason, spent: spent_ms });
  }
  const present = (person: PersonTimes) => person.online + person.busy + person.wrap_up;
  for (const person of people.values()) person.reasons.sort((a, b) => b.spent - a.spent);
  return [...people.values()].filter((person) => present(person) > 0).sort((a, b) => present(b) - present(a));
}
