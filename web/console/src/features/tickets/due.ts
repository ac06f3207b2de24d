// What a ticket counts down to.
import type { SlaDue } from '@qingniao/shared/api';
import type { TicketView } from '@qingniao/shared/ticket';

type Dated = Pick<TicketView, 'state' | 'due_at' | 'overdue' | 'sla'>;

/** What a service level promises, else the time somebody gave it. Nothing once it is done. */
export function dueOf({ state, due_at, overdue, sla }: Dated): SlaDue[] {
  if (state === 'solved' || state === 'closed') return [];
  // What is late is late also while it waits.
  if (sla.length > 0) return sla.map((due) => (overdue && due.paused ? { ...due, due_at, paused: false } : due));
  if (due_at === null) return [];
  return [{ metric: 'resolution', due_at, warn_at: null, breached: overdue, paused: false, done_at: null }];
}
