// What the buttons above the text do to it: wrap the selection, or begin its lines with something.

export interface Selection {
  text: string;
  start: number;
  end: number;
}

/** Puts `mark` around the selection; `placeholder` stands in for an empty one and is selected. */
export function wrap({ text, start, end }: Selection, mark: string, placeholder: string): Selection {
  const inside = text.slice(start, end) || placeholder;
  const next = text.slice(0, start) + mark + inside + mark + text.slice(end);
  return { text: next, start: start + mark.length, end: start + mark.length + inside.length };
}

/** Begins every selected line with `prefix`; a line that has it already loses it. */
export function prefixLines({ text, start, end }: Selection, prefix: string, placeholder: string): Selection {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const block = text.slice(from, end);
  const lines = block === '' ? [placeholder] : block.split('\n');
  const all = block !== '' && lines.every((line) => line.startsWith(prefix));
  const changed = lines.map((line) => (all ? line.slice(prefix.length) : line.startsWith(prefix) ? line : prefix + line)).join('\n');
  return { text: text.slice(0, from) + changed + text.slice(end), start: from, end: from + changed.length };
}

export function link({ text, start, end }: Selection, placeholder: string): Selection {
  const inside = text.slice(start, end) || placeholder;
  const address = 'https://';
  const next = `${text.slice(0, start)}[${inside}](${address})${text.slice(end)}`;
  const at = start + inside.length + 3;
  return { text: next, start: at, end: at + address.length };
}
