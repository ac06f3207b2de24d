// A robot's routine as it is edited: its steps in order and what it is given. Changes are pure functions; nothing here is played.
import type { PageElement } from '@qingniao/shared/connectors';
import type { Json, Schema } from '../../flows/model/document';

export const STEP_KINDS = ['open', 'fill', 'fill_secret', 'choose', 'click', 'wait', 'expect', 'done_if', 'read', 'table', 'download'] as const;
export type StepKind = (typeof STEP_KINDS)[number];
export type StepField = 'url' | 'at' | 'value' | 'secret' | 'contains' | 'save';

export interface Step {
  do: StepKind;
  url?: string;
  at?: string;
  value?: string;
  secret?: string;
  contains?: string;
  save?: string;
}

/** What each kind of step asks, in the order of the form. */
export const FIELDS: Record<StepKind, readonly StepField[]> = {
  open: ['url'],
  fill: ['at', 'value'],
  fill_secret: ['at', 'secret'],
  choose: ['at', 'value'],
  click: ['at'],
  wait: ['at'],
  expect: ['at', 'contains'],
  done_if: ['at', 'contains'],
  read: ['at', 'save'],
  table: ['at', 'save'],
  download: ['at', 'save'],
};

export const RETRIES = ['once', 'keyed', 'idempotent', 'safe'] as const;
export type RetryClass = (typeof RETRIES)[number];

export interface Routine {
  name: string;
  title: { zh: string; en: string };
  description?: string;
  input: Schema;
  steps: Step[];
  retry: RetryClass;
}

export interface Input {
  name: string;
  title: string;
  type: 'string' | 'integer' | 'number' | 'boolean';
  required: boolean;
}

export function newRoutine(name: string): Routine {
  return { name, title: { zh: '', en: '' }, input: { type: 'object', properties: {} }, steps: [{ do: 'open', url: '/' }], retry: 'once' };
}

export function freshName(routines: readonly Routine[]): string {
  for (let n = routines.length + 1; ; n += 1) if (!routines.some((one) => one.name === `routine_${n}`)) return `routine_${n}`;
}

/** A step of another kind keeps the fields both have. */
export function turnInto(step: Step, kind: StepKind): Step {
  const kept = FIELDS[kind].map((field) => [field, step[field] ?? ''] as const);
  return { do: kind, ...Object.fromEntries(kept) };
}

export function moveStep(steps: readonly Step[], from: number, to: number): Step[] {
  const next = [...steps];
  const [step] = next.splice(from, 1);
  if (step && to >= 0 && to < steps.length) next.splice(to, 0, step);
  else return [...steps];
  return next;
}

export const insertStep = (steps: readonly Step[], at: number, step: Step): Step[] => [...steps.slice(0, at), step, ...steps.slice(at)];

/** Fields of a step that must be filled in and are not. */
export const missing = (step: Step): StepField[] => FIELDS[step.do].filter((field) => !step[field]?.trim());

/** What can be done with a thing on a page, the likeliest first. */
export function stepsFor(element: PageElement, saved: readonly string[]): Step[] {
  const at = element.at;
  const save = freshSave(saved);
  const [click, wait, read] = [{ do: 'click', at }, { do: 'wait', at }, { do: 'read', at, save }] as const satisfies readonly Step[];
  const expect: Step = { do: 'expect', at, contains: element.kind === 'text' ? element.label : '' };
  switch (element.kind) {
    case 'field':
      return [{ do: 'fill', at, value: '' }, { do: 'fill_secret', at, secret: '' }, click, wait];
    case 'secret':
      return [{ do: 'fill_secret', at, secret: '' }, wait];
    case 'list':
      return [{ do: 'choose', at, value: element.options?.[0] ?? '' }, wait];
    case 'table':
      return [{ do: 'table', at, save }, wait, expect];
    case 'text':
      return [read, expect, { do: 'done_if', at, contains: '' }, wait];
    default:
      return [click, { do: 'download', at, save }, wait, read];
  }
}

function freshSave(saved: readonly string[]): string {
  for (let n = saved.length + 1; ; n += 1) if (!saved.includes(`value_${n}`)) return `value_${n}`;
}

export const savedBy = (steps: readonly Step[]): string[] => steps.flatMap((step) => (step.save ? [step.save] : []));

/** The inputs as rows of a form. */
export function inputsOf(schema: Schema): Input[] {
  return Object.entries(schema.properties ?? {}).map(([name, of]) => {
    const type = of.type === 'number' || of.type === 'integer' || of.type === 'boolean' ? of.type : 'string';
    return { name, title: of['x-qn']?.zh ?? of.description ?? '', type, required: schema.required?.includes(name) ?? false };
  });
}

export function schemaOf(inputs: readonly Input[]): Schema {
  const properties = inputs.filter((one) => one.name !== '').map((one) => [one.name, { type: one.type, ...(one.title ? { description: one.title } : {}) }] as const);
  const required = inputs.filter((one) => one.required && one.name !== '').map((one) => one.name);
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 ? { required } : {}) };
}

/** Names in brackets. */
export function namedBy(steps: readonly Step[]): string[] {
  const texts = steps.flatMap((step) => [step.url, step.value, step.contains]);
  return texts.flatMap((text) => [...(text ?? '').matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? ''));
}

/** Names that are no input: typing errors, mostly. `{key}` is the step's own. */
export function unknownNames(routine: Routine): string[] {
  const known = new Set([...Object.keys(routine.input.properties ?? {}), 'key']);
  return [...new Set(namedBy(routine.steps).filter((name) => !known.has(name)))];
}

export const isRoutines = (value: unknown): value is Routine[] => Array.isArray(value);

/** What is tried with: only values of inputs that are there. */
export function inputFor(routine: Routine, given: Record<string, Json>): Record<string, Json> {
  const known = new Set(Object.keys(routine.input.properties ?? {}));
  return Object.fromEntries(Object.entries(given).filter(([name]) => known.has(name)));
}
