import type { Report, Visit } from '../../api/types';
import { marksAt, type ReplayStep, type StepState } from '../../model/marks';

const STATES: Record<Visit['standing'], StepState> = { open: 'open', done: 'done', failed: 'failed', timed_out: 'failed', given_up: 'undone' };

export const stepsOf = (report: Report): ReplayStep[] =>
  report.visits.map((visit, at) => ({ node: visit.node, at, state: visit.undo === 'done' ? 'undone' : STATES[visit.standing] }));

export function marksOf(report: Report): Map<string, StepState> {
  const steps = stepsOf(report);
  return marksAt(steps, steps.length);
}
