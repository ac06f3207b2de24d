// Whose tickets a list shows, as the address and the server say it.
import type { TicketCounts } from '@qingniao/shared/ticket';

export const WHOSE = ['', 'me', 'team', 'none'] as const;
export type Whose = (typeof WHOSE)[number];

export const whoseOf = (word: string): Whose => WHOSE.find((one) => one === word) ?? '';

/** `team`: nobody's yet, in one of the reader's teams. */
export function askFor(whose: Whose): { assignee: string; team: string } {
  return whose === 'team' ? { assignee: 'none', team: 'mine' } : { assignee: whose, team: '' };
}

/** How many there are; null where nobody counts. */
export function countOf(whose: Whose, counts: TicketCounts | undefined): number | null {
  if (!counts) return null;
  return whose === 'me' ? counts.mine : whose === 'team' ? counts.team_unassigned : null;
}
