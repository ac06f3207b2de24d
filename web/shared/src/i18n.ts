// Typed messages in two languages. Chinese is the source: English must have exactly the same keys, and a message's
// `{params}` are read from the Chinese text by the type system. No React here.
import type { Language } from './api.ts';

/** An English message may differ by number: `{ one: '{n} item', other: '{n} items' }`, chosen by the parameter `n`. */
export type English = string | { one: string; other: string };

type ParamNames<S> = S extends `${string}{${infer P}}${infer Rest}` ? P | ParamNames<Rest> : never;
export type Params<S> = { [P in ParamNames<S>]: string | number };

export interface Messages<Z extends Record<string, string>> {
  zh: Z;
  en: { [K in keyof Z]: English };
}

export function defineMessages<const Z extends Record<string, string>>(
  zh: Z,
  en: { [K in keyof Z]: English },
): Messages<Z> {
  return { zh, en };
}

/** `t('saved')`, `t('results', { n: 3 })`; a message without params takes none. */
export type Translate<Z extends Record<string, string>> = <K extends keyof Z & string>(
  key: K,
  ...params: [ParamNames<Z[K]>] extends [never] ? [] : [Params<Z[K]>]
) => string;

const englishPlural = new Intl.PluralRules('en');

export function translator<Z extends Record<string, string>>(
  messages: Messages<Z>,
  language: Language,
): Translate<Z> {
  return (key, ...rest) => {
    const params = (rest[0] ?? {}) as Record<string, string | number>;
    const text = language === 'en' ? pickPlural(messages.en[key], params.n) : messages.zh[key];
    return fill(text ?? key, params);
  };
}

function pickPlural(message: English, n: string | number | undefined): string {
  if (typeof message === 'string') return message;
  return englishPlural.select(Number(n)) === 'one' ? message.one : message.other;
}

function fill(text: string, params: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}
