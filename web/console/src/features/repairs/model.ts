// The occasions as the page groups them, and what a customer would see.
import type { RepairView } from '@qingniao/shared/repairs';

export const GROUPS = {
  question: ['resume', 'repeat', 'silence', 'corrected'],
  flow: ['clarify', 'none_meant', 'busy', 'taken_back', 'too_late', 'cancelled', 'stopped'],
  unknown: ['not_known', 'not_sure', 'unrelated', 'part_not_known', 'not_helpful'],
  person: ['hand_off', 'hand_off_not_known', 'hand_off_failed', 'hand_off_closed', 'hand_off_failed_closed'],
} as const;
/** Where a flow may begin instead of words. */
export const BOUND = { question: ['silence'], flow: ['clarify', 'cancelled'], unknown: ['cannot_handle'], person: ['hand_off'] } as const;
export type Bound = (typeof BOUND)[Group][number];
export const BOUNDS: readonly Bound[] = Object.values(BOUND).flat();

export type Group = keyof typeof GROUPS;
export type RepairName = (typeof GROUPS)[Group][number];
export type Words = { zh: string; en: string };
export type Texts = Record<string, Words>;

/** Occasions whose words stand before a question. */
const BEFORE: readonly string[] = ['resume', 'repeat', 'silence'];

const PLACES = ['name', 'back', 'part', 'position', 'wait'] as const;

export interface Samples {
  name: string;
  back: string;
  part: string;
  position: string;
  wait: string;
  question: string;
}

export const textsOf = (items: readonly RepairView[]): Texts => Object.fromEntries(items.map(({ name, zh, en }) => [name, { zh, en }]));

/** What a customer would see: own words or built-in ones, with samples in the braces. */
export function preview(item: RepairView, words: Words, language: 'zh' | 'en', samples: Samples): string {
  const own = words[language].trim();
  const text = own || (language === 'zh' ? item.built_in_zh : item.built_in_en);
  const filled = PLACES.reduce<string>((said, place) => said.replaceAll(`{${place}}`, samples[place]), text);
  return BEFORE.includes(item.name) ? filled + samples.question : filled;
}

export const isOwn = (words: Words): boolean => words.zh.trim() !== '' || words.en.trim() !== '';

export const same = (a: Texts, b: Texts): boolean => Object.keys(a).every((name) => a[name]?.zh === b[name]?.zh && a[name]?.en === b[name]?.en);
