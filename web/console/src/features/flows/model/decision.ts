// What was decided in an approval, out of the journal's record of the step.
import type { FlowVisit } from '@qingniao/shared/flow';
import type { Json } from './document';

export interface ApprovalDecision {
  approved: boolean;
  by: string;
  at: number | null;
  comment: string;
  payload: Json;
}

/** Null for a step that is no approval, or not decided. */
export function decisionOf(step: Pick<FlowVisit, 'kind' | 'output' | 'standing'>): ApprovalDecision | null {
  const output = step.output;
  if (step.kind !== 'approval' || step.standing !== 'done') return null;
  if (typeof output === 'boolean') return { approved: output, by: '', at: null, comment: '', payload: null };
  if (!output || typeof output !== 'object') return null;
  const { approved, by, by_name: name, at, comment, payload } = output as Record<string, Json | undefined>;
  if (typeof approved !== 'boolean') return null;
  return { approved, by: text(name) || text(by), at: typeof at === 'number' ? at : null, comment: text(comment), payload: payload ?? null };
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
