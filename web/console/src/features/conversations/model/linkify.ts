// Plain text with its web addresses as links. For texts that are not markdown: nothing else in them means anything.
import { safeUrl } from '@qingniao/shared/url';

export type Piece = string | { url: string; text: string };

const ADDRESS = /https?:\/\/[^\s<>"'`，。；！？、（）【】《》「」]+/gi;

export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)\]}*_~]+$/, '');
    const url = safeUrl(address);
    if (url === null) continue;
    if (match.index > from) pieces.push(text.slice(from, match.index));
    pieces.push({ url, text: address });
    from = match.index + address.length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

/** Markdown as an agent would type it into a chat: marks gone, links spelled out. */
export function plainOfMarkdown(markdown: string, max: number): string {
  const text = markdown
    .replace(/```[a-z]*\n?/gi, '')
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]+)\]\(([^)\s]+)[^)]*\)/g, '$1 $2')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/^[ \t]*[-*+][ \t]+/gm, '· ')
    .replace(/^>\s?/gm, '')
    .replace(/(\*\*|__|~~|`)/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return text.length > max ? `${text.slice(0, max).trimEnd()}…` : text;
}

/** The beginning of a text in markdown, cut between its lines so that no mark is left open; pictures stay out. */
export function excerptOfMarkdown(markdown: string, max: number): string {
  const text = markdown
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  const line = cut.lastIndexOf('\n');
  const whole = (line > 0 ? cut.slice(0, line) : cut).trimEnd();
  const open = (whole.match(/^\s{0,3}```/gm) ?? []).length % 2 === 1;
  return `${whole}${open ? '\n```' : ''}\n…`;
}

/** Where the words are from. */
export function sourceLink(title: string, url: string): string {
  return `[${title.replace(/[[\]\\]/g, ' ').trim()}](${url})`;
}
