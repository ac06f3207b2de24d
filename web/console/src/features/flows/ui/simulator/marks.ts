// What a run or a simulation passed, as marks on the drawing. Steps of sub-flows are left out: they are on another drawing.
import type { FlowVisit, FlowVisitStanding } from '@qingniao/shared/flow';
import { marksAt, type ReplayStep, type StepState } from '../../model/marks';

const STATES: Record<FlowVisitStanding, StepState> = { open: 'open', done: 'done', failed: 'failed', timed_out: 'failed', given_up: 'undone' };

export const stepsOf = (visits: readonly FlowVisit[]): ReplayStep[] =>
  visits.map((visit, at) => ({ node: visit.node, at, state: visit.undo === 'done' ? 'undone' : STATES[visit.standing] }));

export function marksOf(visits: readonly FlowVisit[]): Map<string, StepState> {
  const steps = stepsOf(visits);
  return marksAt(steps, steps.length);
}
