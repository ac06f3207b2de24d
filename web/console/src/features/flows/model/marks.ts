// How far a run had come when a given number of its steps had been written: what the canvas shows while replaying or simulating.

export type StepState = 'done' | 'failed' | 'open' | 'undone' | 'now';

export interface ReplayStep {
  node: string;
  state: StepState;
  /** Where it stands in the journal. */
  at: number;
}

/** By node; the last step there counts. The newest step of all is `now`. */
export function marksAt(steps: readonly ReplayStep[], count: number): Map<string, StepState> {
  const marks = new Map<string, StepState>();
  const shown = steps.slice(0, count);
  for (const step of shown) marks.set(step.node, step.state);
  const last = shown.at(-1);
  if (last && count < steps.length) marks.set(last.node, 'now');
  return marks;
}
