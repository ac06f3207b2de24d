// Pure updates of cached conversation lists (pages of a cursor list) from what the stream says.
import type { ConversationView, Page } from '@qingniao/shared/api';
import { compare, fits, type ListQuery } from './buckets';
import type { Known } from './filter';

export interface ListData {
  pages: Page<ConversationView>[];
  pageParams: unknown[];
}

export function findInList(data: ListData, id: string): ConversationView | null {
  for (const page of data.pages) {
    const found = page.items.find((item) => item.id === id);
    if (found) return found;
  }
  return null;
}

function without(data: ListData, id: string): ListData {
  return {
    ...data,
    pages: data.pages.map((page) =>
      page.items.some((item) => item.id === id) ? { ...page, items: page.items.filter((item) => item.id !== id) } : page,
    ),
  };
}

/**
 * The list with this state of the conversation in its place, or out of it. An older state than the one shown changes
 * nothing. A row below the last loaded one is left to the next page.
 */
export function placeInList(data: ListData, c: ConversationView, query: ListQuery, me: string, known?: Known): ListData {
  const shown = findInList(data, c.id);
  if (shown !== null && shown.version > c.version) return data;
  const fit = fits(c, query, me, known);
  if (fit === 'out') return shown === null ? data : without(data, c.id);
  if (fit === 'unknown' && shown === null) return data;

  const rest = shown === null ? data : without(data, c.id);
  for (let p = 0; p < rest.pages.length; p++) {
    const page = rest.pages[p];
    if (page === undefined) continue;
    const at = page.items.findIndex((item) => compare(c, item, query.sort) < 0);
    const isLast = p === rest.pages.length - 1;
    if (at < 0 && !(isLast && page.next_cursor === null)) continue;
    const items = [...page.items];
    items.splice(at < 0 ? items.length : at, 0, c);
    return { ...rest, pages: rest.pages.map((old, i) => (i === p ? { ...page, items } : old)) };
  }
  return rest;
}

/** All rows in order, each conversation once: pages fetched at different moments may overlap. */
export function rowsOf(data: ListData | undefined): ConversationView[] {
  const seen = new Set<string>();
  const rows: ConversationView[] = [];
  for (const page of data?.pages ?? []) {
    for (const item of page.items) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      rows.push(item);
    }
  }
  return rows;
}
