// The part of a confusion matrix worth looking at: the intents that are mistaken most, and the shares of each row.
import type { ConfusionCell, IntentScore } from '@qingniao/shared/api';

export interface Matrix {
  /** In the order of rows and columns. */
  intents: readonly IntentScore[];
  /** counts[row][column] */
  counts: readonly (readonly number[])[];
  /** All examples of a row's intent, also those read as an intent that is not shown. */
  totals: readonly number[];
}

/** At most `most` intents, those with the most mistakes (theirs, or others' taken for them) first; none when nothing was mistaken. */
export function matrixOf(intents: readonly IntentScore[], cells: readonly ConfusionCell[], most: number): Matrix {
  const mistakes = new Map<string, number>();
  const totals = new Map<string, number>();
  for (const cell of cells) {
    totals.set(cell.intent_id, (totals.get(cell.intent_id) ?? 0) + cell.count);
    if (cell.intent_id === cell.read_as_id) continue;
    for (const id of [cell.intent_id, cell.read_as_id]) mistakes.set(id, (mistakes.get(id) ?? 0) + cell.count);
  }
  const known = intents.filter((intent) => (mistakes.get(intent.intent_id) ?? 0) > 0);
  const shown = [...known].sort((a, b) => (mistakes.get(b.intent_id) ?? 0) - (mistakes.get(a.intent_id) ?? 0)).slice(0, most);
  const at = new Map(shown.map((intent, index) => [intent.intent_id, index]));
  const counts = shown.map(() => shown.map(() => 0));
  for (const cell of cells) {
    const row = counts[at.get(cell.intent_id) ?? -1];
    const column = at.get(cell.read_as_id);
    if (row && column !== undefined) row[column] = (row[column] ?? 0) + cell.count;
  }
  return { intents: shown, counts, totals: shown.map((intent) => totals.get(intent.intent_id) ?? 0) };
}

/** Intents whose F1 differs between two versions, the most first; differences under two points are noise. */
export function deltas(first: readonly IntentScore[], second: readonly IntentScore[], most: number) {
  const before = new Map(second.map((one) => [one.intent_id, one.f1]));
  const found = first.map((one) => ({ intent: one, from: before.get(one.intent_id) ?? 0, to: one.f1 }));
  const moved = found.filter((one) => Math.abs(one.to - one.from) >= 0.02);
  return moved.sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from)).slice(0, most);
}
