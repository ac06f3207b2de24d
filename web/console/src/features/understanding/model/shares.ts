// A pasted table of two columns, what customers say and the intent they mean by it, divided among the intents. Pure.

/** Rows that are divided at once. */
export const ROWS_MAX = 10_000;
/** A first row that only heads the columns. */
const HEADS = new Set(['意图', '意图名称', '分类', '标签', 'intent', 'intents', 'label', 'category']);

/** What goes to one intent. */
export interface Share {
  /** As the intent is called, or as it was pasted where there is none. */
  name: string;
  /** Null: there is no such intent yet. */
  intentId: string | null;
  /** Each once, in the order of the table. */
  texts: string[];
}

export interface Division {
  shares: Share[];
  /** Rows with words but no intent. */
  loose: number;
}

interface Named {
  id: string;
  name: string;
}

const key = (name: string) => name.trim().toLowerCase();

/** Names are compared without regard to upper and lower case. */
export function divide(rows: readonly string[][], intents: readonly Named[]): Division {
  const known = new Map(intents.map((intent) => [key(intent.name), intent]));
  const head = key(rows[0]?.[1] ?? '');
  const body = HEADS.has(head) && !known.has(head) ? rows.slice(1) : rows;
  const shares = new Map<string, Share & { seen: Set<string> }>();
  let loose = 0;
  for (const [text = '', name = ''] of body) {
    if (text === '') continue;
    if (name === '') {
      loose += 1;
      continue;
    }
    const intent = known.get(key(name));
    let share = shares.get(key(name));
    if (!share) {
      share = { name: intent?.name ?? name, intentId: intent?.id ?? null, texts: [], seen: new Set() };
      shares.set(key(name), share);
    }
    if (share.seen.has(text)) continue;
    share.seen.add(text);
    share.texts.push(text);
  }
  return { shares: [...shares.values()].map(({ name, intentId, texts }) => ({ name, intentId, texts })), loose };
}

/** Whether a second column names an intent there is: then the table is for several. */
export function namesIntents(rows: readonly string[][], intents: readonly Named[]): boolean {
  const known = new Set(intents.map((intent) => key(intent.name)));
  return rows.some((cells) => cells[0] !== '' && known.has(key(cells[1] ?? '')));
}
