// What the counted turns of a trial say, in shares: how often both would say the same, and how each speaker did.
import type { Speaker, TrialOutcome, TrialTally } from '@qingniao/shared/api';

export const OUTCOMES: readonly TrialOutcome[] = ['same', 'alike', 'other', 'gained', 'lost'];

export interface Fate {
  spoke: Speaker;
  turns: number;
  missed: number;
  handedOver: number;
}

export function total(tallies: readonly TrialTally[]): number {
  return tallies.reduce((sum, tally) => sum + tally.turns, 0);
}

export function turnsOf(tallies: readonly TrialTally[], outcome: TrialOutcome): number {
  return total(tallies.filter((tally) => tally.outcome === outcome));
}

/** Share of turns in which the customer would have read the same; 0 to 1. */
export function agreement(tallies: readonly TrialTally[]): number {
  const all = total(tallies);
  return all === 0 ? 0 : (turnsOf(tallies, 'same') + turnsOf(tallies, 'alike')) / all;
}

/** What became of the turns, by who answered; speakers without a turn are left out. */
export function fates(tallies: readonly TrialTally[]): Fate[] {
  const of = (spoke: Speaker) => {
    const own = tallies.filter((tally) => tally.spoke === spoke);
    const sum = (value: (tally: TrialTally) => number) => own.reduce((all, tally) => all + value(tally), 0);
    return { spoke, turns: sum((t) => t.turns), missed: sum((t) => t.missed), handedOver: sum((t) => t.handed_over) };
  };
  return [of('live'), of('trial')].filter((fate) => fate.turns > 0);
}
