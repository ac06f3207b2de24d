// Undo and redo over whole documents. Small changes of the same thing in a row are one step, so that undoing a text takes back
// the text and not a letter.
import type { FlowDocument } from './document';

const STEPS_MAX = 300;
/** Changes of the same thing within this time are one step. */
const TOGETHER_MS = 1_200;

export interface History {
  readonly past: readonly FlowDocument[];
  readonly present: FlowDocument;
  readonly future: readonly FlowDocument[];
  /** What the last change was of, and when. */
  readonly last: { of: string; at: number } | null;
}

export const begin = (present: FlowDocument): History => ({ past: [], present, future: [], last: null });

/** `of` names what is changed (`refund.settings.text`); empty for changes that stand alone. */
export function change(history: History, next: FlowDocument, of: string, at: number): History {
  if (next === history.present) return history;
  const goesOn = of !== '' && history.last?.of === of && at - history.last.at < TOGETHER_MS && history.past.length > 0;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-STEPS_MAX);
  return { past, present: next, future: [], last: { of, at } };
}

export function undo(history: History): History {
  const before = history.past.at(-1);
  if (!before) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], last: null };
}

export function redo(history: History): History {
  const [after, ...future] = history.future;
  if (!after) return history;
  return { past: [...history.past, history.present], present: after, future, last: null };
}
