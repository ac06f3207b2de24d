// Conditions as people edit them: groups (all, any, none, not all) of tests and of further groups. `tidy` brings any condition the
// server takes into this form without changing what it means.
import type { Rule, Scalar, Test, When } from './policy';

export const GROUPS = ['all', 'any', 'none', 'not_all'] as const;
export type GroupKind = (typeof GROUPS)[number];
export type Operator = 'is' | 'is_not' | 'at_least' | 'at_most' | 'between' | 'known';
/** How its values are written. */
export type FactKind = 'choice' | 'words' | 'share' | 'number' | 'seconds' | 'flag' | 'value';

export const FACTS: Record<string, FactKind> = {
  tier: 'words',
  attribute: 'value',
  intent: 'choice',
  complexity: 'choice',
  emotion: 'choice',
  intensity: 'share',
  trend: 'choice',
  channel: 'choice',
  inbox: 'choice',
  language: 'choice',
  label: 'choice',
  handoff: 'choice',
  misses: 'number',
  returning: 'flag',
  owned: 'flag',
  waited_seconds: 'seconds',
  sla_left_seconds: 'seconds',
  open: 'flag',
};

/** `attribute.spent` → `attribute`; the part behind the dot is a key or a calendar. */
export function factOf(name: string): { fact: string; key: string } {
  const dot = name.indexOf('.');
  return dot < 0 ? { fact: name, key: '' } : { fact: name.slice(0, dot), key: name.slice(dot + 1) };
}

export const kindOf = (name: string): FactKind => FACTS[factOf(name).fact] ?? 'value';

export function operatorsOf(kind: FactKind): Operator[] {
  if (kind === 'flag') return ['is'];
  if (kind === 'choice' || kind === 'words') return ['is', 'is_not', 'known'];
  const bounds: Operator[] = ['at_least', 'at_most', 'between'];
  return kind === 'value' ? ['is', 'is_not', ...bounds, 'known'] : [...bounds, 'is', 'is_not'];
}

export function operatorOf({ test, isNot }: Tested): Operator {
  if (isNot) return 'is_not';
  if (test.is !== undefined) return 'is';
  if (test.at_least !== undefined && test.at_most !== undefined) return 'between';
  if (test.at_least !== undefined) return 'at_least';
  return test.at_most !== undefined ? 'at_most' : 'known';
}

export interface Tested {
  test: Test;
  isNot: boolean;
}

/** None where it is a group. */
export function testOf(when: When): Tested | null {
  if ('fact' in when) return { test: when.fact, isNot: false };
  return 'not' in when && 'fact' in when.not ? { test: when.not.fact, isNot: true } : null;
}

export const fromTest = ({ test, isNot }: Tested): When => (isNot ? { not: { fact: test } } : { fact: test });

/** A test of a fact, as it begins. */
export function newTest(name: string, operator = operatorsOf(kindOf(name))[0] ?? 'is'): Tested {
  const kind = kindOf(name);
  const bound = kind === 'share' ? 0.6 : kind === 'seconds' ? 300 : 1;
  switch (operator) {
    case 'is':
    case 'is_not':
      return { test: { name, is: kind === 'flag' ? [true] : [] }, isNot: operator === 'is_not' };
    case 'at_least':
      return { test: { name, at_least: bound }, isNot: false };
    case 'at_most':
      return { test: { name, at_most: bound }, isNot: false };
    case 'between':
      return { test: { name, at_least: bound, at_most: kind === 'share' ? 1 : bound * 2 }, isNot: false };
    case 'known':
      return { test: { name }, isNot: false };
  }
}

/** The same test by another operator, with what fits of its values. */
export function withOperator(tested: Tested, operator: Operator): Tested {
  const next = newTest(tested.test.name, operator);
  const { is, at_least, at_most } = tested.test;
  const kept: Test = { ...next.test };
  if (kept.is !== undefined && is !== undefined) kept.is = is;
  if (kept.at_least !== undefined && at_least !== undefined) kept.at_least = at_least;
  if (kept.at_most !== undefined && at_most !== undefined) kept.at_most = at_most;
  return { test: kept, isNot: next.isNot };
}

export interface Group {
  kind: GroupKind;
  parts: When[];
}

/** None where it is a test. */
export function groupOf(when: When): Group | null {
  if ('all' in when) return { kind: 'all', parts: when.all };
  if ('any' in when) return { kind: 'any', parts: when.any };
  if ('not' in when && 'any' in when.not) return { kind: 'none', parts: when.not.any };
  return 'not' in when && 'all' in when.not ? { kind: 'not_all', parts: when.not.all } : null;
}

export function fromGroup({ kind, parts }: Group): When {
  if (kind === 'all') return { all: parts };
  if (kind === 'any') return { any: parts };
  return { not: kind === 'none' ? { any: parts } : { all: parts } };
}

/** Where the server says a part is. */
export const partPath = (kind: GroupKind, at: string, n: number): string => `${at}${kind === 'all' || kind === 'any' ? '' : '.not'}[${n}]`;

export function tidy(when: When): When {
  if ('all' in when) return { all: when.all.map(tidy) };
  if ('any' in when) return { any: when.any.map(tidy) };
  if ('fact' in when) return split(when.fact);
  const inner = tidy(when.not);
  if ('not' in inner) return inner.not;
  if (!('fact' in inner)) return { not: inner };
  const { name, is } = inner.fact;
  const [flag] = is ?? [];
  if (kindOf(name) === 'flag' && is?.length === 1 && typeof flag === 'boolean') return { fact: { name, is: [!flag] } };
  return is === undefined ? { not: { any: [inner] } } : { not: inner };
}

/** Values and bounds are two tests that both hold. */
function split({ name, is, at_least, at_most }: Test): When {
  const bounds: Test = { name, ...(at_least == null ? {} : { at_least }), ...(at_most == null ? {} : { at_most }) };
  if (!is || is.length === 0) return { fact: bounds };
  const values: When = { fact: { name, is } };
  return bounds.at_least === undefined && bounds.at_most === undefined ? values : { all: [values, { fact: bounds }] };
}

/** With a group at the root. */
export function tidyRule(rule: Rule): Rule {
  const when = tidy(rule.when);
  return { ...rule, when: groupOf(when) ? when : { all: [when] } };
}

/** Places of tests that would hold for every value, though values were meant to be chosen. */
export function unfinished(when: When, at: string): string[] {
  const tested = testOf(when);
  if (tested) {
    const { fact, key } = factOf(tested.test.name);
    const keyless = (fact === 'attribute' || fact === 'open') && key.trim() === '';
    return keyless || tested.test.is?.length === 0 ? [at] : [];
  }
  const group = groupOf(when);
  return group ? group.parts.flatMap((part, n) => unfinished(part, partPath(group.kind, at, n))) : [];
}

/** `true`, `12.5` and `vip` as what they are. */
export function readScalar(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
