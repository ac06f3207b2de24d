// Lines out of what was typed or pasted: of a table only the first column counts here. A second one that names intents is `shares`.
import { toRows } from './table';

/** One call takes this many. */
export const LINES_MAX = 1000;

export function toLines(pasted: string): string[] {
  return toRows(pasted)
    .map((cells) => cells[0] ?? '')
    .filter(Boolean);
}
