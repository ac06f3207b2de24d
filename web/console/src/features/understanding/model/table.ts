// What a spreadsheet puts on the clipboard: rows of cells parted by tabs; a cell with quotes or line breaks stands in quotes. Pure.

const QUOTED = /"((?:[^"]|"")*)"(?=\t|\r|\n|$)/y;
const PLAIN = /[^\t\r\n]*/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Each cell is one line, without space around it; rows that hold nothing are left out. */
export function toRows(pasted: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = matchAt(QUOTED, pasted, at);
    const found = quoted ?? matchAt(PLAIN, pasted, at);
    const cell = quoted?.[1]?.replaceAll('""', '"') ?? found?.[0] ?? '';
    at += found?.[0].length ?? 0;
    row.push(cell.replace(/[\t\r\n]+/g, ' ').trim());
    if (pasted[at] === '\t') {
      at += 1;
      continue;
    }
    rows.push(row);
    row = [];
    if (at >= pasted.length) break;
    at += pasted.startsWith('\r\n', at) ? 2 : 1;
  }
  return rows.filter((cells) => cells.some((cell) => cell !== ''));
}
