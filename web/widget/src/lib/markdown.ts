// The small, safe part of Markdown that chat messages use, parsed to a tree that the views turn into elements.
// There is no HTML in it by construction: whatever is not understood stays text. Linear in the length of the input.

import { safeUrl } from './url';

export type Inline =
  | string
  | { kind: 'strong' | 'em' | 'del'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; url: string; children: Inline[] }
  | { kind: 'break' };

export type Block =
  | { kind: 'paragraph' | 'heading' | 'quote'; children: Inline[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'rule' };

/** How deep bold in links in italics may go before the rest is text. */
const DEPTH_MAX = 4;

export function parseMarkdown(source: string): Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (!line.trim()) {
      at++;
      continue;
    }
    const fence = /^\s{0,3}```/.test(line);
    if (fence) {
      const from = ++at;
      while (at < lines.length && !/^\s{0,3}```\s*$/.test(lines[at]!)) at++;
      blocks.push({ kind: 'code', text: lines.slice(from, at).join('\n') });
      at++;
      continue;
    }
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line);
    if (heading) {
      blocks.push({ kind: 'heading', children: parseInline(heading[1]!) });
      at++;
      continue;
    }
    if (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) {
      blocks.push({ kind: 'rule' });
      at++;
      continue;
    }
    const next = readRun(lines, at);
    blocks.push(next.block);
    at = next.at;
  }
  return blocks;
}

const ITEM = /^\s{0,6}(?:([-*+•])|(\d{1,6})[.)、])\s+(.*)$/;

/** A list, a quote or a paragraph: blocks that go on over lines. */
function readRun(lines: string[], from: number): { block: Block; at: number } {
  const first = ITEM.exec(lines[from]!);
  let at = from;
  if (first) {
    const ordered = !first[1];
    const items: string[] = [];
    for (; at < lines.length; at++) {
      const item = ITEM.exec(lines[at]!);
      if (item && !item[1] === ordered) items.push(item[3]!);
      else if (!item && items.length && /^\s{2,}\S/.test(lines[at]!)) items[items.length - 1] += '\n' + lines[at]!.trim();
      else break;
    }
    return { block: { kind: 'list', ordered, start: ordered ? Number(first[2]) : 1, items: items.map((item) => parseInline(item)) }, at };
  }
  const quoted = /^\s{0,3}>\s?/;
  const isQuote = quoted.test(lines[from]!);
  const text: string[] = [];
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    if (!line.trim()) break;
    if (isQuote !== quoted.test(line)) break;
    if (at > from && !isQuote && (ITEM.test(line) || /^#{1,6}\s|^\s{0,3}```/.test(line))) break;
    text.push(isQuote ? line.replace(quoted, '') : line);
  }
  return { block: { kind: isQuote ? 'quote' : 'paragraph', children: parseInline(text.join('\n')) }, at };
}

const MARKS: Array<[string, 'strong' | 'em' | 'del']> = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'del'],
  ['*', 'em'],
  ['_', 'em'],
];

const ADDRESS = /^https?:\/\/[^\s<>"'`，。；！？、（）【】《》「」]+/i;

export function parseInline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let plain = '';
  const flush = () => {
    if (plain) out.push(plain);
    plain = '';
  };
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (char === '\\' && /[\\`*_{}[\]()#+\-.!~>|]/.test(text[at + 1] || '')) {
      plain += text[at + 1];
      at += 2;
      continue;
    }
    if (char === '\n') {
      flush();
      out.push({ kind: 'break' });
      at++;
      continue;
    }
    const found = depth < DEPTH_MAX ? readSpan(text, at, depth) : null;
    if (found) {
      flush();
      out.push(found.node);
      at = found.at;
      continue;
    }
    plain += char;
    at++;
  }
  flush();
  return out;
}

function readSpan(text: string, at: number, depth: number): { node: Inline; at: number } | null {
  switch (text[at]) {
    case '`':
      return readCode(text, at);
    case '[':
      return readLink(text, at, depth);
    case '*':
    case '_':
    case '~':
      return readMark(text, at, depth);
    case 'h':
    case 'H':
      return readAddress(text, at);
    default:
      return null;
  }
}

/** How far ahead a closing mark is looked for: keeps hostile input linear. */
const SPAN_MAX = 2000;

function find(text: string, what: string, from: number): number {
  const end = text.slice(from, from + SPAN_MAX).indexOf(what);
  return end < 0 ? -1 : from + end;
}

function readCode(text: string, at: number) {
  const end = find(text, '`', at + 1);
  if (end <= at + 1) return null;
  return { node: { kind: 'code' as const, text: text.slice(at + 1, end) }, at: end + 1 };
}

function readLink(text: string, at: number, depth: number) {
  const middle = find(text, '](', at + 1);
  if (middle < 0) return null;
  const label = text.slice(at + 1, middle);
  const end = find(text, ')', middle + 2);
  if (end < 0 || !label || label.includes('[')) return null;
  const url = safeUrl(text.slice(middle + 2, end).replace(/\s+["'].*$/, ''));
  if (!url) return null;
  return { node: { kind: 'link' as const, url, children: parseInline(label, Math.max(depth + 1, DEPTH_MAX - 1)) }, at: end + 1 };
}

function readMark(text: string, at: number, depth: number) {
  for (const [mark, kind] of MARKS) {
    if (!text.startsWith(mark, at)) continue;
    const from = at + mark.length;
    // `a_b_c` and `2 * 3 * 4` are no emphasis.
    if (/\s/.test(text[from] || ' ') || (mark[0] === '_' && /\w/.test(text[at - 1] || ' '))) continue;
    const end = find(text, mark, from + 1);
    if (end < 0 || /\s/.test(text[end - 1]!) || (mark[0] === '_' && /\w/.test(text[end + mark.length] || ' '))) continue;
    return { node: { kind, children: parseInline(text.slice(from, end), depth + 1) }, at: end + mark.length };
  }
  return null;
}

function readAddress(text: string, at: number) {
  if (/[\w/]/.test(text[at - 1] || ' ')) return null;
  const match = ADDRESS.exec(text.slice(at, at + SPAN_MAX));
  const found = match && match[0].replace(/[.,;:!?)\]}*_~]+$/, '');
  const url = found && safeUrl(found);
  if (!url) return null;
  return { node: { kind: 'link' as const, url, children: [found] }, at: at + found.length };
}
