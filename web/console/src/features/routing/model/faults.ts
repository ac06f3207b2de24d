// What is wrong with a draft, by its place in the document: what the server found, and what the screen finds before it is asked.
import { ApiError } from '../../../api';
import type { Policy } from './policy';
import { unfinished } from './when';

export interface Fault {
  /** Such as `rules[0].then.sla`; empty: the document as a whole. */
  at: string;
  message: string;
}

export const SECTIONS = ['rules', 'sla', 'calendars', 'people'] as const;
export type SectionName = (typeof SECTIONS)[number];

export function faultsOf(error: unknown): Fault[] {
  if (!(error instanceof ApiError)) return [{ at: '', message: error instanceof Error ? error.message : String(error) }];
  if (error.errors.length === 0) return [{ at: '', message: error.detail }];
  return error.errors.map(({ field, message }) => ({ at: field.replace(/^policy\.?/, ''), message }));
}

export function gaps(policy: Policy, message: string): Fault[] {
  return policy.rules.flatMap((rule, n) => unfinished(rule.when, `rules[${n}].when`)).map((at) => ({ at, message }));
}

export function sectionOf(at: string): SectionName | null {
  if (at === '') return null;
  const head = /^\w+/.exec(at)?.[0];
  if (head === 'tickets') return 'sla';
  return head === 'rules' || head === 'sla' || head === 'calendars' ? head : 'people';
}

/** At the place itself or anywhere below. */
export const isUnder = (at: string, place: string): boolean => at === place || (at.startsWith(place) && /^[.[]/.test(at.slice(place.length)));
