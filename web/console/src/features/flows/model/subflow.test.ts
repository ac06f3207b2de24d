import { expect, test } from 'vitest';
import type { FlowDocument, Kind } from './document';
import { cel, collapse, expand } from './subflow';
import { KINDS } from './testing';

const variable = { type: 'string', 'x-qn': { widget: 'variable', zh: '', en: '' } };
const kinds: ReadonlyMap<string, Kind> = new Map([...KINDS, ['ask', { ...(KINDS.get('say') as Kind), name: 'ask', settings: { type: 'object', properties: { text: { type: 'string' }, save: variable } } }]]);

/** start → ask (sets order) → thanks → tell (names order) → end */
function flow(): FlowDocument {
  return {
    format: 1,
    id: 'f',
    name: '办理',
    variables: [
      { name: 'order', type: 'text' },
      { name: 'limit', type: 'number', default: 5 },
    ],
    nodes: [
      { id: 'start', kind: 'start' },
      { id: 'ask', kind: 'ask', settings: { text: '哪一单？', save: 'order' } },
      { id: 'thanks', kind: 'say', settings: { text: '收到' } },
      { id: 'tell', kind: 'say', settings: { text: '{{ order }}' } },
      { id: 'end', kind: 'end', settings: {} },
    ],
    edges: [
      { from: 'start', to: 'ask' },
      { from: 'ask', to: 'thanks' },
      { from: 'thanks', to: 'tell' },
      { from: 'tell', to: 'end' },
    ],
    layout: { start: { x: 0, y: 0 }, ask: { x: 320, y: 0 }, thanks: { x: 640, y: 0 }, tell: { x: 960, y: 0 }, end: { x: 1280, y: 0 } },
  };
}

test('steps become a flow with what they name as inputs and what is used later as output', () => {
  const made = collapse(flow(), ['ask', 'thanks'], kinds);
  if ('why' in made) throw new Error(made.why);
  expect(made.inner.variables).toEqual([{ name: 'order', type: 'text' }]);
  expect(made.inner.edges).toEqual([{ from: 'start', to: 'ask' }, { from: 'ask', to: 'thanks' }, { from: 'thanks', to: 'end' }]);
  expect(made.inner.nodes.at(-1)?.settings).toEqual({ output: { order: '{{ order }}' } });
  const { document, id } = made.outer('hash', '问订单');
  expect(document.nodes.find((node) => node.id === id)).toEqual({ id, kind: 'sub_flow', title: '问订单', settings: { flow: 'hash', inputs: {}, save: 'result' } });
  expect(document.nodes.find((node) => node.kind === 'set')?.settings).toEqual({ set: [{ variable: 'order', value: 'result.order' }] });
  expect(document.edges).toEqual([{ from: 'start', to: id }, { from: 'tell', to: 'end' }, { from: id, to: 'set' }, { from: 'set', to: 'tell' }]);
});

test('what may have a value before is given at the call', () => {
  const limited = { ...flow(), nodes: flow().nodes.map((node) => (node.id === 'thanks' ? { ...node, settings: { text: '{{ limit }}' } } : node)) };
  const made = collapse(limited, ['ask', 'thanks'], kinds);
  if ('why' in made) throw new Error(made.why);
  expect(made.inner.variables).toEqual([
    { name: 'order', type: 'text' },
    { name: 'limit', type: 'number', input: true },
  ]);
  expect(made.outer('hash', 'x').document.nodes.find((node) => node.kind === 'sub_flow')?.settings?.inputs).toEqual({ limit: '{{ limit }}' });
});

test('what has several ways in or out, or holds the start, stays', () => {
  expect(collapse(flow(), ['start', 'ask'], kinds)).toEqual({ why: 'start' });
  expect(collapse(flow(), ['ask', 'tell'], kinds)).toEqual({ why: 'entry', n: 2 });
  const two = { ...flow(), edges: [...flow().edges, { from: 'ask', port: 'error', to: 'end' }] };
  expect(collapse(two, ['ask', 'thanks'], kinds)).toEqual({ why: 'exit', n: 2 });
});

test('a call is opened up again: the steps are back where they were, under their names', () => {
  const made = collapse(flow(), ['ask', 'thanks'], kinds);
  if ('why' in made) throw new Error(made.why);
  const { document, id } = made.outer('hash', '问订单');
  const back = expand(document, id, { ...made.inner, id: 'g' });
  expect(back?.document.nodes.map((node) => node.id).sort()).toEqual(['ask', 'end', 'set', 'set_2', 'start', 'tell', 'thanks']);
  expect(back?.document.nodes.find((node) => node.id === 'set_2')?.settings).toEqual({ set: [{ variable: 'result', value: '{"order": order}' }] });
  expect(back?.document.edges).toContainEqual({ from: 'start', to: 'ask' });
  expect(back?.document.edges).toContainEqual({ from: 'thanks', to: 'set_2' });
  expect(back?.document.edges).toContainEqual({ from: 'set_2', to: 'set' });
  const other: FlowDocument = { ...document, nodes: document.nodes.map((node) => (node.id === id ? { ...node, settings: { flow: 'hash', inputs: { order: 'A1' } } } : node)) };
  expect(expand(other, id, made.inner)).toBeNull();
});

test('templates become expressions that mean the same', () => {
  expect([cel('{{ a.b }}'), cel('x'), cel('共 {{ n }} 元'), cel(3), cel({ a: ['{{ b }}', null] })]).toEqual(['a.b', '"x"', '"共 " + string(n) + " 元"', '3', '{"a": [b, null]}']);
});
