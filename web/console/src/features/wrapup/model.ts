// The category tree of the form, as rows that are edited one by one and as choices. Pure.
import type { WrapUpCategory } from '@qingniao/shared/presence';

export const LEVELS_MAX = 4;

export interface Row {
  key: string;
  zh: string;
  en: string;
  /** 0 is the top. */
  level: number;
}

export function rowsOf(categories: readonly WrapUpCategory[], level = 0): Row[] {
  return categories.flatMap(({ key, zh, en, children }) => [{ key, zh, en, level }, ...rowsOf(children, level + 1)]);
}

/** A row is the child of the nearest one above that is less indented. */
export function treeOf(rows: readonly Row[]): WrapUpCategory[] {
  const top: WrapUpCategory[] = [];
  const path: WrapUpCategory[] = [];
  for (const { key, zh, en, level } of rows) {
    const category = { key, zh: zh.trim(), en: en.trim() || zh.trim(), children: [] };
    path.length = Math.min(level, path.length);
    (path.at(-1)?.children ?? top).push(category);
    path.push(category);
  }
  return top;
}

/** One level in or out, with what lies below it; never deeper than a child of the row above. */
export function indent(rows: readonly Row[], at: number, by: 1 | -1): Row[] {
  const row = rows[at];
  if (row === undefined) return [...rows];
  const end = endOf(rows, at);
  const highest = at === 0 ? 0 : (rows[at - 1]?.level ?? 0) + 1;
  const deepest = Math.max(...rows.slice(at, end).map((r) => r.level));
  if (row.level + by < 0 || row.level + by > highest || deepest + by >= LEVELS_MAX) return [...rows];
  return rows.map((r, n) => (n >= at && n < end ? { ...r, level: r.level + by } : r));
}

/** Away with it and what lies below it. */
export function without(rows: readonly Row[], at: number): Row[] {
  return [...rows.slice(0, at), ...rows.slice(endOf(rows, at))];
}

/** A new row below the one at `at` and all that belongs to it. */
export function withNext(rows: readonly Row[], at: number, key: string): Row[] {
  const end = at < 0 ? rows.length : endOf(rows, at);
  return [...rows.slice(0, end), { key, zh: '', en: '', level: rows[at]?.level ?? 0 }, ...rows.slice(end)];
}

function endOf(rows: readonly Row[], at: number): number {
  const level = rows[at]?.level ?? 0;
  const next = rows.findIndex((row, n) => n > at && row.level <= level);
  return next === -1 ? rows.length : next;
}

export interface Choice {
  value: string;
  label: string;
}

/** What can be chosen, each with the way to it. */
export function leaves(categories: readonly WrapUpCategory[], zh: boolean, way = ''): Choice[] {
  return categories.flatMap((category) => {
    const label = way + (zh ? category.zh : category.en);
    return category.children.length === 0 ? [{ value: category.key, label }] : leaves(category.children, zh, `${label} / `);
  });
}
