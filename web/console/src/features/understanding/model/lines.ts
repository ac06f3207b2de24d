// Lines out of what was typed or pasted: from a spreadsheet only the first column counts, as a table's other columns are not examples.

/** One call takes this many. */
export const LINES_MAX = 1000;

export function toLines(pasted: string): string[] {
  const cells = pasted.split(/\r?\n/).map((line) => (line.split('\t')[0] ?? '').trim());
  return cells.map((cell) => (/^".*"$/.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell)).filter(Boolean);
}
