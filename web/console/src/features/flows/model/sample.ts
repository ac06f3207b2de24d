// Values to try expressions with: what the flow begins with, then what a run, real or simulated, was given and set, the last word last.
import type { FlowVisit } from '@qingniao/shared/flow';
import type { FlowDocument, Json, JsonObject } from './document';

export interface Past {
  input: JsonObject;
  context: JsonObject;
  steps: readonly Pick<FlowVisit, 'sets' | 'path'>[];
}

export function sampleOf(document: FlowDocument, past: Past | null): JsonObject {
  const values: JsonObject = {};
  for (const variable of document.variables ?? []) values[variable.name] = variable.default ?? null;
  values.context = past?.context ?? {};
  if (!past) return values;
  Object.assign(values, past.input);
  // What is set inside a sub-flow is not the flow's own.
  for (const step of past.steps) if (step.path === '') Object.assign(values, step.sets as Record<string, Json>);
  return values;
}
