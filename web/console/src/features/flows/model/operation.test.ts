import { expect, test } from 'vitest';
import type { OperationView } from '@qingniao/shared/connectors';
import type { Json } from './document';
import { addAfter } from './edit';
import { fitsForm, fromDrag, inputFields, isWrong, keyOf, operationKinds, toDrag, typedIn, withField } from './operation';
import { KINDS, kindOf, refund } from './testing';

const operation = (name: string, more: Partial<OperationView> = {}): OperationView => ({
  name,
  title: { zh: '查订单', en: 'Look up an order' },
  description: '',
  method: 'GET',
  path: '/orders/{id}',
  input: {},
  response: null,
  safe: true,
  retry: 'safe',
  ...more,
});
const connector = { name: 'orders', title: '订单系统', operations: [operation('get_order'), operation('note', { method: 'ROBOT', safe: false, title: { zh: '', en: '' } })] };

test('an operation is a step of its own, with its title and what it calls', () => {
  const [look, note] = operationKinds(kindOf('call'), connector, 'en');
  if (!look || !note) throw new Error('two are offered');
  expect([look.zh, look.en, look.zh_about]).toEqual(['查订单', 'Look up an order', '订单系统']);
  expect([note.zh, note.starts?.timeout_ms]).toEqual(['note', 60_000]);
  expect(keyOf(look)).not.toBe(keyOf(note));
  const { document, id } = addAfter(refund(), look, 'check', 'yes');
  const node = document.nodes.find((one) => one.id === id);
  expect(node).toEqual({ id: 'get_order', kind: 'call', title: 'Look up an order', settings: { connector: 'orders', operation: 'get_order', input: {}, reads: true }, timeout_ms: 10_000 });
  expect(fromDrag(KINDS, toDrag(note))?.starts).toEqual(note.starts);
  expect([fromDrag(KINDS, 'say')?.name, fromDrag(KINDS, '{"kind": "nothing"}'), fromDrag(KINDS, '{not json')]).toEqual(['say', undefined, undefined]);
});

test('what must be given comes first, and each field takes what it is for', () => {
  const schema = {
    properties: { note: { type: 'string' }, amount: { type: ['number', 'null'] }, fast: { type: 'boolean' }, lines: { type: 'array' }, kind: { enum: ['a', 'b'] } },
    required: ['amount'],
  };
  const fields = inputFields(schema, 'zh-CN');
  expect(fields.map((field) => [field.name, field.is, field.required])).toEqual([
    ['amount', 'number', true],
    ['note', 'text', false],
    ['fast', 'choice', false],
    ['lines', 'json', false],
    ['kind', 'choice', false],
  ]);
  const amount = fields[0];
  if (!amount) throw new Error('there is an amount');
  expect(['12.5', '', '{{ order.amount }}', 'many'].map((text) => typedIn(amount, text))).toEqual([12.5, undefined, '{{ order.amount }}', 'many']);
  expect([12.5, '{{ order.amount }}', 'many', undefined].map((value) => isWrong(amount, value))).toEqual([false, false, true, false]);
  const inputs: (Json | undefined)[] = [undefined, {}, { note: 'x' }, { other: 1 }, '{{ all }}', [1]];
  expect(inputs.map((input) => fitsForm(fields, input))).toEqual([true, true, true, false, false, false]);
  expect([withField({ a: 1 }, 'b', 2), withField({ a: 1, b: 2 }, 'a', undefined)]).toEqual([{ a: 1, b: 2 }, { b: 2 }]);
});
