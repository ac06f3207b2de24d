import { expect, test } from 'vitest';
import { fill, rulesWith, type When } from './policy';
import { sectionOf } from './faults';
import { readPolicy } from './read';
import { askedOf, newTicketRule, whenOf } from './tickets';

test('kinds and priorities are written as conditions and read again', () => {
  const asked = { kinds: ['fault', 'refund'], priorities: ['urgent'] };
  expect(whenOf(asked)).toEqual({ all: [{ fact: { name: 'ticket.kind', is: ['fault', 'refund'] } }, { fact: { name: 'ticket.priority', is: ['urgent'] } }] });
  expect(askedOf(whenOf(asked))).toEqual(asked);
  expect(whenOf({ kinds: [], priorities: [] })).toEqual({ all: [] });
  expect(askedOf({ fact: { name: 'ticket.kind', is: ['fault'] } })).toEqual({ kinds: ['fault'], priorities: [] });
});

test('what the form cannot show is left to the text', () => {
  const kind: When = { fact: { name: 'ticket.kind', is: ['fault'] } };
  const odd: When[] = [{ any: [kind] }, { not: kind }, { all: [kind, kind] }, { fact: { name: 'tier', is: ['vip'] } }, { fact: { name: 'ticket.kind' } }];
  expect(odd.map(askedOf)).toEqual(odd.map(() => null));
});

test('a rule of tickets counts as one that gives its level, and its faults are shown there', () => {
  const rule = newTicketRule([{ id: 'ticket', when: whenOf({ kinds: [], priorities: [] }), sla: 'a' }], 'b');
  expect([rule.id, rule.sla]).toEqual(['ticket_2', 'b']);
  expect(rulesWith(fill({ tickets: [rule] }), 'b')).toEqual([rule]);
  expect(sectionOf('tickets[0].sla')).toBe('sla');
  expect(readPolicy('{"tickets": [{}]}')).toEqual({ reason: 'tickets' });
});
