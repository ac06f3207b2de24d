import { expect, test } from 'vitest';
import { drawnDiff } from './drawn-diff';
import { addAfter, connect, removeNodes, setSetting } from './edit';
import { kindOf, refund } from './testing';

test('the later drawing keeps what is gone in its place and says what became of each step', () => {
  const added = addAfter(removeNodes(refund(), ['pay']), kindOf('say'), 'check', 'no');
  const after = setSetting(added.document, 'stop', 'failed', 'no');
  const { document, became } = drawnDiff(refund(), after);
  expect(Object.fromEntries(became)).toEqual({ pay: 'removed', [added.id]: 'added', stop: 'changed', check: 'changed' });
  expect(document.nodes.map((node) => node.id).sort()).toEqual(['check', 'done', 'pay', added.id, 'start', 'stop'].sort());
  // What led to it leads elsewhere now; its own ways are shown.
  expect(document.edges.filter((edge) => edge.from === 'pay')).toEqual([{ from: 'pay', to: 'done' }, { from: 'pay', port: 'error', to: 'stop' }]);
  expect(document.edges.filter((edge) => edge.to === 'pay')).toEqual([]);
  const spots = Object.values(document.layout ?? {}).map((spot) => `${spot.x} ${spot.y}`);
  expect(new Set(spots).size).toBe(spots.length);
});

test('nothing changed, nothing is marked', () => {
  expect(drawnDiff(refund(), refund())).toEqual({ document: refund(), became: new Map() });
  const moved = connect(refund(), { from: 'check', port: 'no', to: 'done' });
  expect([...drawnDiff(refund(), moved).became]).toEqual([['check', 'changed']]);
});
