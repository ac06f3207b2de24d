// What a rule of tickets asks for, as the form edits it: kinds and priorities. Anything else is edited as text.
import { freshKey, type TicketRule, type When } from './policy';

export interface Asked {
  /** Empty: every kind. */
  kinds: string[];
  priorities: string[];
}

const KIND = 'ticket.kind';
const PRIORITY = 'ticket.priority';

/** None where the form cannot show all of it. */
export function askedOf(when: When): Asked | null {
  const asked = new Map<string, string[]>();
  for (const part of 'all' in when ? when.all : [when]) {
    if (!('fact' in part)) return null;
    const { name, is, at_least, at_most } = part.fact;
    const isKnown = (name === KIND || name === PRIORITY) && !asked.has(name);
    if (!isKnown || is === undefined || is.length === 0 || at_least !== undefined || at_most !== undefined) return null;
    asked.set(name, is.map(String));
  }
  return { kinds: asked.get(KIND) ?? [], priorities: asked.get(PRIORITY) ?? [] };
}

export function whenOf({ kinds, priorities }: Asked): When {
  const test = (name: string, is: string[]): When[] => (is.length === 0 ? [] : [{ fact: { name, is } }]);
  return { all: [...test(KIND, kinds), ...test(PRIORITY, priorities)] };
}

export function newTicketRule(rules: readonly TicketRule[], level: string): TicketRule {
  return { id: freshKey(rules.map((rule) => rule.id), 'ticket'), when: whenOf({ kinds: [], priorities: [] }), sla: level };
}
