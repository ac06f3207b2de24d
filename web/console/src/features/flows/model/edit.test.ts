import { expect, test } from 'vitest';
import { copyPart, partFromText, partToText, pastePart } from './clipboard';
import { addAfter, connect, freshId, removeNodes, setSetting } from './edit';
import { begin, change, redo, undo } from './history';
import { autoLayout, boxHeight } from './layout';
import { drawnPorts, portsOf } from './ports';
import { KINDS, kindOf, refund } from './testing';

test('a step put behind a port goes between the two, and what follows makes room', () => {
  const before = refund();
  const { document, id } = addAfter(before, kindOf('say'), 'check', 'yes');
  expect(document.edges).toContainEqual({ from: 'check', port: 'yes', to: id });
  expect(document.edges).toContainEqual({ from: id, to: 'pay' });
  expect(document.layout?.pay?.x).toBeGreaterThan(before.layout?.pay?.x ?? 0);
  expect(document.nodes.find((node) => node.id === id)?.settings).toEqual({ text: '' });
  expect(before).toEqual(refund());
});

test('a removed step is closed over by its regular way, and its other ways end', () => {
  const document = removeNodes(refund(), ['pay']);
  expect(document.edges).toEqual([{ from: 'start', to: 'check' }, { from: 'check', port: 'yes', to: 'done' }, { from: 'check', port: 'no', to: 'stop' }]);
  expect(document.layout?.pay).toBeUndefined();
});

test('a port leads to one place only', () => {
  const document = connect(refund(), { from: 'check', port: 'no', to: 'done' });
  expect(document.edges.filter((edge) => edge.from === 'check' && edge.port === 'no')).toEqual([{ from: 'check', port: 'no', to: 'done' }]);
});

test('the same id is never given twice', () => {
  const first = addAfter(refund(), kindOf('call'), 'pay', 'next');
  expect(first.id).toBe('call');
  expect(freshId(first.document, 'call')).toBe('call_2');
});

test('a part is pasted with fresh ids, its own lines, and the variables it names', () => {
  const part = copyPart(refund(), ['start', 'check', 'pay']);
  const text = partToText(part ?? { nodes: [], edges: [], layout: {}, variables: [] });
  const empty = { format: 1, id: 'other', name: '另一个', nodes: [], edges: [] };
  const { document, ids } = pastePart(empty, partFromText(text) ?? { nodes: [], edges: [], layout: {}, variables: [] });
  expect(ids).toEqual(['choose', 'call']);
  expect(document.edges).toEqual([{ from: 'choose', port: 'yes', to: 'call' }]);
  expect(document.variables?.map((variable) => variable.name)).toEqual(['limit']);
  expect(partFromText('{"nodes":[]}')).toBeNull();
});

test('a pasted part covers nothing of what stands there', () => {
  const part = copyPart(refund(), ['check', 'pay', 'stop']);
  if (!part) throw new Error('nothing was copied');
  const { document, ids } = pastePart(refund(), part);
  const spots = document.layout ?? {};
  const there = Object.keys(spots).filter((id) => !ids.includes(id)).map((id) => spots[id]);
  const touches = ids.filter((id) => there.some((one) => one && Math.abs(one.x - (spots[id]?.x ?? 0)) < 232 && Math.abs(one.y - (spots[id]?.y ?? 0)) < 110));
  expect(touches).toEqual([]);
  // They stand to each other as before.
  const [check, pay] = ids.map((id) => spots[id] ?? { x: 0, y: 0 });
  expect((pay?.x ?? 0) - (check?.x ?? 0)).toBe(320);
});

test('at least a hundred steps can be undone and redone, and typing is one step', () => {
  let history = begin(refund());
  for (let n = 0; n < 150; n += 1) history = change(history, { ...history.present, name: `n${n}` }, '', n * 10_000);
  for (let n = 0; n < 150; n += 1) history = undo(history);
  expect(history.present).toEqual(refund());
  for (let n = 0; n < 150; n += 1) history = redo(history);
  expect(history.present.name).toBe('n149');
  const typing = ['a', 'ab', 'abc'].reduce((now, text, at) => change(now, setSetting(now.present, 'check', 'when', text), 'check.when', at * 100), begin(refund()));
  expect(undo(typing).present).toEqual(refund());
});

test('ports come from the kind, from settings, and from what is connected', () => {
  const node = { id: 's', kind: 'switch', settings: { cases: [{ port: 'vip', when: 'x' }, { port: 'new', when: 'y' }] } };
  expect(portsOf(node, kindOf('switch')).map((port) => port.name)).toEqual(['vip', 'new', 'otherwise']);
  const call = { id: 'c', kind: 'call' };
  expect(drawnPorts(call, kindOf('call'), new Set())).toEqual(['next', 'error']);
  expect(drawnPorts(call, kindOf('call'), new Set(['undo', 'next']))).toEqual(['next', 'error', 'undo']);
});

test('tidying puts every step in a place of its own, left to right', () => {
  const spots = autoLayout(refund(), KINDS);
  expect(Object.keys(spots).sort()).toEqual(['check', 'done', 'pay', 'start', 'stop']);
  expect(spots.start?.x).toBeLessThan(spots.check?.x ?? 0);
  expect(spots.check?.x).toBeLessThan(spots.pay?.x ?? 0);
  expect(boxHeight(['next'])).toBeLessThan(boxHeight(['yes', 'no']));
});
