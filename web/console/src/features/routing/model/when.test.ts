import { describe, expect, test } from 'vitest';
import type { When } from './policy';
import { groupOf, testOf, tidy, tidyRule, unfinished, withOperator } from './when';

const tier: When = { fact: { name: 'tier', is: ['vip'] } };
const strong: When = { fact: { name: 'intensity', at_least: 0.6 } };

describe('a condition brought into the form of the editor', () => {
  test('values and bounds become two tests that both hold', () => {
    expect(tidy({ fact: { name: 'misses', is: [1, 2], at_most: 3 } })).toEqual({ all: [{ fact: { name: 'misses', is: [1, 2] } }, { fact: { name: 'misses', at_most: 3 } }] });
  });

  test('two times not is nothing, not of a bound is none of a group, and not yes is no', () => {
    expect(tidy({ not: { not: tier } })).toEqual(tier);
    expect(tidy({ not: strong })).toEqual({ not: { any: [strong] } });
    expect(tidy({ not: { fact: { name: 'open.office', is: [true] } } })).toEqual({ fact: { name: 'open.office', is: [false] } });
    expect(testOf(tidy({ not: tier }))?.isNot).toBe(true);
  });

  test('everything in it is a test or a group, and a rule begins with a group', () => {
    const odd: When = { not: { all: [tier, { not: { any: [strong, { not: strong }] } }] } };
    const whole = (when: When): boolean => testOf(when) !== null || groupOf(when)?.parts.every(whole) === true;
    expect(whole(tidy(odd))).toBe(true);
    expect(tidyRule({ id: 'a', when: tier, then: {} }).when).toEqual({ all: [tier] });
  });
});

test('a test without values and an attribute without a name are unfinished, at the place the server names', () => {
  const when: When = { all: [{ fact: { name: 'channel', is: [] } }, { not: { any: [{ fact: { name: 'attribute.', is: [1] } }] } }, strong] };
  expect(unfinished(when, 'rules[0].when')).toEqual(['rules[0].when[0]', 'rules[0].when[1].not[0]']);
});

test('another operator keeps the values that fit', () => {
  const is = { test: { name: 'tier', is: ['vip'] }, isNot: false };
  expect(withOperator(is, 'is_not')).toEqual({ test: { name: 'tier', is: ['vip'] }, isNot: true });
  expect(withOperator({ test: { name: 'misses', at_least: 2 }, isNot: false }, 'between').test).toEqual({ name: 'misses', at_least: 2, at_most: 2 });
});
