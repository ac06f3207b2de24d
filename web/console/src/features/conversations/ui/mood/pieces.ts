import type { Span } from './evidence';

/** A text cut at its marked spans, which count characters (not UTF-16 halves). */
export function pieces(text: string, spans: readonly Span[]): { text: string; marked: boolean }[] {
  const characters = [...text];
  const cut: { text: string; marked: boolean }[] = [];
  let at = 0;
  const push = (to: number, marked: boolean): void => {
    const end = Math.min(to, characters.length);
    if (end > at) cut.push({ text: characters.slice(at, end).join(''), marked });
    at = Math.max(at, end);
  };
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    push(start, false);
    push(end, true);
  }
  push(characters.length, false);
  return cut;
}
