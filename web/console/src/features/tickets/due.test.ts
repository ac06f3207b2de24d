import { expect, test } from 'vitest';
import type { SlaDue } from '@qingniao/shared/api';
import { dueOf } from './due';

const promised = (over: Partial<SlaDue> = {}): SlaDue => ({ metric: 'resolution', due_at: 2_000, warn_at: 1_500, breached: false, paused: false, done_at: null, ...over });
const ticket = { state: 'working' as const, due_at: 2_000, overdue: false, sla: [] as SlaDue[] };

test('a promise is counted down as it stands, a time that somebody gave without a warning', () => {
  const sla = [promised()];
  expect(dueOf({ ...ticket, sla })).toEqual(sla);
  expect(dueOf(ticket)).toEqual([promised({ warn_at: null })]);
  expect(dueOf({ ...ticket, overdue: true })).toEqual([promised({ warn_at: null, breached: true })]);
  expect(dueOf({ ...ticket, due_at: null })).toEqual([]);
});

test('a ticket that waits stands still unless it is late already, and one that is done counts no more', () => {
  const sla = [promised({ due_at: null, warn_at: null, paused: true })];
  expect(dueOf({ ...ticket, state: 'waiting', due_at: null, sla })).toEqual(sla);
  const late = [promised({ due_at: null, warn_at: null, paused: true, breached: true })];
  expect(dueOf({ ...ticket, state: 'waiting', overdue: true, sla: late })).toEqual([promised({ warn_at: null, breached: true })]);
  for (const state of ['solved', 'closed'] as const) expect(dueOf({ ...ticket, state, sla })).toEqual([]);
});
