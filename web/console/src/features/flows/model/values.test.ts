import { expect, test } from 'vitest';
import type { Variable } from './document';
import { isUnsound, parseValue, shownText, unsoundValues } from './values';
import { refund } from './testing';

const limit: Variable = { name: 'limit', type: 'integer', default: 500 };

test('a cleared value stays, shown empty and unsound, until a number is typed', () => {
  const cleared = { text: '', value: 500 };
  expect(shownText(limit, cleared)).toBe('');
  expect(isUnsound(limit, cleared)).toBe(true);
  expect(isUnsound(limit, { text: 'abc', value: 500 })).toBe(true);
  expect(isUnsound({ ...limit, default: 8 }, { text: '8', value: 8 })).toBe(false);
  expect(isUnsound(limit, undefined)).toBe(false);
});

test('what was typed is forgotten when the value changes by other means', () => {
  expect(shownText({ ...limit, default: 300 }, { text: '', value: 500 })).toBe('300');
  expect(isUnsound({ ...limit, default: 300 }, { text: '', value: 500 })).toBe(false);
});

test('a variable without a default may be empty', () => {
  expect(isUnsound({ name: 'note', type: 'integer' }, { text: '', value: null })).toBe(false);
  expect(isUnsound({ name: 'note', type: 'integer' }, { text: '1x', value: null })).toBe(true);
});

test('only values of the type are read', () => {
  expect(parseValue('1.5', 'integer')).toBeUndefined();
  expect(parseValue('Infinity', 'number')).toBeUndefined();
  expect(parseValue('1.5', 'number')).toBe(1.5);
  expect(parseValue(' ', 'number')).toBeNull();
});

test('the document tells which of its values are unsound', () => {
  const document = { ...refund(), variables: [limit, { name: 'order', type: 'text' as const }] };
  expect(unsoundValues(document, {})).toEqual([]);
  expect(unsoundValues(document, { limit: { text: '', value: 500 } })).toEqual(['limit']);
});
