import { expect, test } from 'vitest';
import { diff, isEmpty, same } from './diff';
import { removeNodes, setVariables } from './edit';
import { outlineOf } from './outline';
import { marksAt } from './marks';
import { KINDS, refund } from './testing';

test('a difference tells fields, lines and variables, and not where boxes stand', () => {
  const moved = { ...refund(), layout: { start: { x: 9, y: 9 } } };
  expect(isEmpty(diff(refund(), moved))).toBe(true);
  const limit = setVariables(refund(), [{ name: 'limit', type: 'number', default: 800 }]);
  expect(diff(refund(), limit).variables).toEqual([{ how: 'changed', name: 'limit', fields: [{ field: 'default', before: 500, after: 800 }] }]);
  const cut = diff(refund(), removeNodes(refund(), ['pay']));
  expect(cut.nodes.map((one) => [one.id, one.how])).toEqual([['pay', 'removed']]);
  expect(cut.edges.map((one) => `${one.from} ${one.port} ${one.how}`)).toEqual(['check yes changed', 'pay next removed', 'pay error removed']);
  expect(same({ a: 1, b: null }, { a: 1 })).toBe(true);
});

test('the outline tells every step once and refers to it after that', () => {
  const lines = outlineOf(refund(), KINDS);
  expect(lines.map((line) => `${'-'.repeat(line.depth)}${line.node.id}${line.again ? '*' : ''}`)).toEqual(['start', 'check', '-pay', '--stop', '-done', '-stop*']);
});

test('a replay marks what had happened, and where it stands', () => {
  const steps = ['start', 'check', 'pay'].map((node, at) => ({ node, at, state: 'done' as const }));
  expect([...marksAt(steps, 2)]).toEqual([['start', 'done'], ['check', 'now']]);
  expect([...marksAt(steps, 3)]).toEqual([['start', 'done'], ['check', 'done'], ['pay', 'done']]);
});
