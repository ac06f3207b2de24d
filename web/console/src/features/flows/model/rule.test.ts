import { expect, test } from 'vitest';
import { documentOf, expressionOf, newRule, ruleOf, type Condition, type Rule } from './rule';

const conditions: Condition[] = [
  { field: 'context.event.priority', op: 'is', value: 'urgent' },
  { field: 'context.event.amount', op: 'more', value: '500' },
  { field: 'context.event.amount', op: 'less', value: '0.5' },
  { field: 'context.message.text', op: 'contains', value: '坏") || (x") && (\\' },
  { field: 'context.contact.attributes.vip', op: 'is_not', value: 'true' },
  { field: 'context.contact.email', op: 'present', value: '' },
  { field: 'context.contact.phone', op: 'absent', value: '' },
  { field: 'context.message.text', op: 'begins', value: '你好' },
];
const rule: Rule = { ...newRule('紧急'), start: { trigger: 'api' }, match: 'all', conditions, actions: [{ id: 'label', kind: 'label', settings: { add: ['急'] } }, { id: 'hand_off', kind: 'hand_off', settings: {} }] };
const ports = (node: { kind: string }) => (node.kind === 'hand_off' ? [] : ['next', 'error']);

test('a rule is a flow, and is read back from it as it was written', () => {
  const document = documentOf('rule_1', rule, ports);
  expect(document.edges.filter((edge) => edge.from === 'when')).toEqual([{ from: 'when', port: 'yes', to: 'label' }, { from: 'when', port: 'no', to: 'end' }]);
  expect(document.edges).toContainEqual({ from: 'label', port: 'error', to: 'hand_off' });
  expect(ruleOf(document)).toEqual(rule);
  expect(ruleOf(documentOf('rule_1', { ...rule, match: 'any' }, ports))).toEqual({ ...rule, match: 'any' });
  expect(ruleOf(documentOf('rule_1', { ...rule, conditions: [] }, ports))).toEqual({ ...rule, conditions: [] });
});

test('each condition is read back alone, whatever its value holds', () => {
  for (const one of conditions) {
    const read = ruleOf(documentOf('rule_1', { ...rule, conditions: [one] }, ports));
    expect(read?.conditions).toEqual([one]);
  }
  expect(expressionOf({ match: 'all', conditions: [conditions[0] as Condition] })).toBe('(has(context.event.priority) && context.event.priority != null && context.event.priority == "urgent")');
});

test('a flow that became more than a rule is none', () => {
  const document = documentOf('rule_1', rule, ports);
  expect(ruleOf({ ...document, nodes: [...document.nodes, { id: 'x', kind: 'say' }] })).toBeNull();
  expect(ruleOf({ ...document, nodes: document.nodes.map((node) => (node.id === 'when' ? { ...node, settings: { when: 'amount > 3' } } : node)) })).toBeNull();
});
