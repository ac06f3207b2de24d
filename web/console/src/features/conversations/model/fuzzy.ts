// Finds prepared answers, commands and articles by what a hurried person types: letters in order, anywhere,
// also as pinyin (`thzc` or `tuihuo` for 退货政策). Pure; the pinyin of a text is computed by the caller, once.

export interface Indexed<T> {
  value: T;
  /** What is matched, most important first: name, text, then their pinyin forms. */
  keys: string[];
}

/** Higher is better; null is no match. */
export function score(key: string, query: string): number | null {
  if (query === '') return 0;
  const text = key.toLowerCase();
  const at = text.indexOf(query);
  if (at === 0) return 1000 - text.length;
  if (at > 0) return (/[\s\-_/·,。,.]/.test(text[at - 1] ?? '') ? 800 : 600) - at;
  return scattered(text, query);
}

/** Letters in order with gaps; worth less the wider they are apart. Only for short keys, where chance is small. */
function scattered(text: string, query: string): number | null {
  if (query.length < 2 || text.length > 120) return null;
  let from = 0;
  let gaps = 0;
  for (const char of query) {
    const at = text.indexOf(char, from);
    if (at < 0) return null;
    gaps += at - from;
    from = at + char.length;
  }
  return gaps > query.length * 6 ? null : 300 - gaps * 10;
}

export function search<T>(items: readonly Indexed<T>[], typed: string, limit: number): T[] {
  const query = typed.trim().toLowerCase();
  const found: { value: T; score: number; order: number }[] = [];
  items.forEach((item, order) => {
    let best: number | null = null;
    item.keys.forEach((key, rank) => {
      const points = score(key, query);
      if (points !== null && (best === null || points - rank * 20 > best)) best = points - rank * 20;
    });
    if (best !== null) found.push({ value: item.value, score: best, order });
  });
  found.sort((a, b) => b.score - a.score || a.order - b.order);
  return found.slice(0, limit).map((hit) => hit.value);
}
