import type { OrderSource, OrderState } from '@qingniao/shared/orders';

export const KNOWN = ['contact_id', 'external_id', 'email', 'phone', 'name'] as const;
export type Kind = (typeof KNOWN)[number] | 'attribute' | 'fixed';

export const EMPTY: OrderSource = {
  connector: '',
  operation: '',
  input: {},
  list: '',
  number: '',
  title: '',
  state: '',
  total: '',
  placed_at: '',
  link: '',
  states: [],
};

/** What an input is of the customer, and the words that go with it. */
export function kindOf(what: string): { kind: Kind; word: string } {
  if (what.startsWith('=')) return { kind: 'fixed', word: what.slice(1) };
  if (what.startsWith('attribute:')) return { kind: 'attribute', word: what.slice('attribute:'.length) };
  return { kind: KNOWN.find((known) => known === what) ?? 'contact_id', word: '' };
}

export function whatOf(kind: Kind, word: string): string {
  return kind === 'fixed' ? `=${word}` : kind === 'attribute' ? `attribute:${word}` : kind;
}

export function statesText(states: readonly OrderState[]): string {
  return states.map(({ code, zh, en }) => `${code} = ${zh} / ${en}`).join('\n');
}

/** Lines that say nothing are left out; a name in one language serves both. */
export function statesOf(text: string): OrderState[] {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    if (at < 1) return [];
    const code = line.slice(0, at).trim();
    const [zh = '', en = ''] = line.slice(at + 1).split('/').map((word) => word.trim());
    return code === '' || zh === '' ? [] : [{ code, zh, en: en || zh }];
  });
}
