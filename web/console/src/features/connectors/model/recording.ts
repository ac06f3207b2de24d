// A routine that is recorded on its page: what a press means, what is asked before it is done, and what the list gets of it. Pure.
import type { PageElement } from '@qingniao/shared/connectors';
import type { Json, Schema } from '../../flows/model/document';
import { FIELDS, missing, namedBy, stepsFor, turnInto, type Routine, type Step } from './routine';

/** Where the words come from that are typed or chosen: written in the step, given by an input, or by one that is made now. */
export type Source = 'text' | 'new' | `input:${string}`;

/** What is asked about a thing that was pressed. */
export interface Asked {
  element: PageElement;
  /** `value` is what is typed or chosen now, also where the routine gets an input instead. */
  step: Step;
  source: Source;
  /** Of an input that is made now. */
  name: string;
}

/** What is done on the page now, and what the routine gets of it. */
export interface Deed {
  step: Step;
  /** Inputs that the step names, with what they are this time. */
  input: Record<string, Json>;
  /** The input that is made with it, if any. */
  made: string | null;
}

/** A step that was recorded, and where it stands in the list. */
export interface Placed extends Deed {
  at: number;
}

/** Pressing a button or a link needs no question. */
export const isPlain = (element: PageElement): boolean => element.kind === 'button' || element.kind === 'link';

export const deedOf = (step: Step): Deed => ({ step, input: {}, made: null });

/** The likeliest step for it, or one that was picked. */
export function ask(element: PageElement, saved: readonly string[], picked?: Step): Asked {
  const step: Step = picked ?? stepsFor(element, saved)[0] ?? { do: 'wait', at: element.at };
  return { element, step, source: 'text', name: '' };
}

export const takesWords = (step: Step): boolean => step.do === 'fill' || step.do === 'choose';

export const inputNames = (routine: Routine): string[] => Object.keys(routine.input.properties ?? {});

/** From now on by this input; what was given for it earlier is used again. */
export function drawFrom(asked: Asked, source: Source, given: Record<string, Json>): Asked {
  if (!source.startsWith('input:')) return { ...asked, source };
  const known = given[source.slice('input:'.length)];
  const value = known === undefined || known === null || known === '' ? (asked.step.value ?? '') : String(known);
  return { ...asked, source, step: { ...asked.step, value } };
}

/** Another thing to do with the same element; what both kinds ask stays. */
export function instead(asked: Asked, step: Step): Asked {
  const turned = turnInto(asked.step, step.do);
  const kept = Object.fromEntries(Object.entries(turned).filter(([, value]) => value !== ''));
  return { ...asked, step: { ...step, ...kept }, source: takesWords(step) ? asked.source : 'text' };
}

/** Null while something is missing. */
export function deed(asked: Asked, routine: Routine): Deed | null {
  if (missing(asked.step).length > 0) return null;
  if (asked.source === 'text' || !takesWords(asked.step)) return deedOf(asked.step);
  const isNew = asked.source === 'new';
  const name = isNew ? asked.name : asked.source.slice('input:'.length);
  if (!/^\w+$/.test(name) || name === 'key' || isNew === inputNames(routine).includes(name)) return null;
  const value = typed(routine.input.properties?.[name], asked.step.value ?? '');
  return value === undefined ? null : { step: { ...asked.step, value: `{${name}}` }, input: { [name]: value }, made: isNew ? name : null };
}

function withInput(schema: Schema, name: string | null): Schema {
  if (name === null || schema.properties?.[name]) return schema;
  return { ...schema, type: 'object', properties: { ...schema.properties, [name]: { type: 'string' } }, required: [...(schema.required ?? []), name] };
}

function withoutInput({ properties, required, ...rest }: Schema, name: string | null): Schema {
  const left = Object.entries(properties ?? {}).filter(([one]) => one !== name);
  const needed = (required ?? []).filter((one) => one !== name);
  return { ...rest, properties: Object.fromEntries(left), ...(needed.length > 0 ? { required: needed } : {}) };
}

/** What was written, as the input's type wants it; undefined where it is none. */
function typed(of: Schema | undefined, text: string): Json | undefined {
  if (of?.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (of?.type !== 'number' && of?.type !== 'integer') return text;
  const number = Number(text);
  return Number.isFinite(number) && (of?.type === 'number' || Number.isInteger(number)) ? number : undefined;
}

/** What a person wrote into the line for addresses, as a step has it: below the robot's own address the host is left out. */
export function pathOf(text: string, base: string): string {
  const [written, own] = [text.trim(), hostAddress(base)];
  if (written === own) return '/';
  return own !== '' && written.startsWith(`${own}/`) ? written.slice(own.length) : written;
}

function hostAddress(base: string): string {
  try {
    return new URL(base).origin;
  } catch {
    return '';
  }
}

/** The list after a step was done. */
export const recorded = (routine: Routine, done: Deed): Routine => ({ ...routine, input: withInput(routine.input, done.made), steps: [...routine.steps, done.step] });

const isSame = (one: Step | undefined, other: Step): boolean => one?.do === other.do && FIELDS[other.do].every((field) => (one[field] ?? '') === (other[field] ?? ''));

/** What of a recording stands in the list. */
export const standing = (done: readonly Placed[], steps: readonly Step[]): Placed[] => done.filter((one) => isSame(steps[one.at], one.step));

/** The same after the list was changed by hand: what was moved or edited goes with it, what was taken out is gone. */
export function follow(done: readonly Placed[], before: readonly Step[], after: readonly Step[]): Placed[] {
  return done.flatMap((one) => {
    const step = before[one.at];
    const at = step ? after.indexOf(step) : -1;
    if (at >= 0) return [{ ...one, at }];
    const edited = before.length === after.length ? after[one.at] : undefined;
    return edited && !before.includes(edited) ? [{ ...one, step: edited }] : [];
  });
}

/** The list without a step that was recorded, and without the input that was made with it if no other step names it. A routine keeps at least one step. */
export function undone(routine: Routine, last: Placed): Routine {
  const steps = routine.steps.filter((_, at) => at !== last.at);
  if (steps.length === 0) return routine;
  const isFree = last.made !== null && !namedBy(steps).includes(last.made);
  return { ...routine, steps, input: isFree ? withoutInput(routine.input, last.made) : routine.input };
}
