import { expect, test } from 'vitest';
import { indent, leaves, rowsOf, treeOf, withNext, without, type Row } from './model';

const row = (key: string, level: number): Row => ({ key, zh: key, en: key, level });
const rows = [row('a', 0), row('b', 1), row('c', 2), row('d', 0)];
const levels = (of: Row[]) => of.map((r) => `${r.key}${r.level}`).join(' ');

test('rows and tree say the same', () => {
  expect(rowsOf(treeOf(rows))).toEqual(rows);
  expect(treeOf(rows)[0]?.children[0]?.children[0]?.key).toBe('c');
});

test('a row moves with what lies below it, and only where it may', () => {
  expect(levels(indent(rows, 1, -1))).toBe('a0 b0 c1 d0');
  expect(levels(indent(rows, 0, 1))).toBe(levels(rows));
  expect(levels(indent(rows, 3, 1))).toBe('a0 b1 c2 d1');
  expect(levels(indent([row('a', 0), row('b', 1), row('c', 2), row('d', 3), row('e', 3)], 4, 1))).toBe('a0 b1 c2 d3 e3');
});

test('rows come and go whole', () => {
  expect(levels(without(rows, 0))).toBe('d0');
  expect(levels(withNext(rows, 0, 'n'))).toBe('a0 b1 c2 n0 d0');
  expect(levels(withNext([], -1, 'n'))).toBe('n0');
});

test('only what has nothing below it can be chosen', () => {
  expect(leaves(treeOf(rows), true)).toEqual([
    { value: 'c', label: 'a / b / c' },
    { value: 'd', label: 'd' },
  ]);
});
