// What kinds, settings and ports are called: as the registry says, in the reader's language. Ports that settings name are called
// what they are called.
import type { Language } from '@qingniao/shared/api';
import type { Kind, Named, Option, Schema, XQn } from './document';

const pick = (words: { zh: string; en: string }, language: Language): string => (language === 'en' ? words.en : words.zh);

export const named = (words: Named, language: Language): string => pick(words, language) || words.name;
export const optionLabel = (option: Option, language: Language): string => pick(option, language) || option.value;
export const aboutKind = (kind: Kind, language: Language): string => (language === 'en' ? kind.en_about : kind.zh_about);

/** Every kind's error, timeout and undo mean the same; the others are the kind's own. */
const COMMON: readonly Named[] = [
  { name: 'next', zh: '下一步', en: 'Next' },
  { name: 'error', zh: '失败', en: 'Failed' },
  { name: 'timeout', zh: '超时', en: 'Timed out' },
  { name: 'undo', zh: '撤销', en: 'Undo' },
];

export function portLabel(port: string, kind: Kind | undefined, language: Language): string {
  const known = [...(kind?.ports ?? []), ...(kind?.extra_ports ?? []), ...COMMON].find((one) => one.name === port);
  return known ? named(known, language) : port;
}

export const label = (words: XQn | undefined, fallback: string, language: Language): string => (words ? pick(words, language) : '') || fallback;
export const help = (words: XQn | undefined, language: Language): string => (words ? (language === 'en' ? words.en_help : words.zh_help) : '') ?? '';

/** Of a setting by its name, for lists of changes. */
export function settingLabel(kind: Kind | undefined, name: string, language: Language): string {
  const schema: Schema | undefined = kind?.settings.properties?.[name];
  return label(schema?.['x-qn'], name, language);
}
