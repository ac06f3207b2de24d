// Which rows are ticked. Pure; null is: nothing is being ticked, a click opens.

/** The server takes no more at once. */
export const SELECTED_MAX = 200;

export interface Selection {
  ids: ReadonlySet<string>;
  /** Where a range begins. */
  anchor: string | null;
}

export const NONE: Selection = { ids: new Set(), anchor: null };

export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id) && next.size < SELECTED_MAX) next.add(id);
  return { ids: next, anchor: id };
}

/** From the last one ticked to this one, both with all between. */
export function ranged(selection: Selection, order: readonly string[], id: string): Selection {
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return toggled(selection, id);
  const between = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...between].slice(0, SELECTED_MAX)), anchor: selection.anchor };
}

export function all(order: readonly string[]): Selection {
  return { ids: new Set(order.slice(0, SELECTED_MAX)), anchor: order[0] ?? null };
}
