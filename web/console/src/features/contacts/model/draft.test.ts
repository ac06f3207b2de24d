import { expect, test } from 'vitest';
import type { ContactView } from '@qingniao/shared/api';
import { isSound, problemsOf, toBody, toDraft } from './draft';

const contact: ContactView = {
  id: 'con_1',
  name: '林晓',
  email: 'lin@example.com',
  phone: null,
  language: 'zh-CN',
  attributes: { vip: true, orders: 3, city: '杭州' },
  blocked: false,
  version: 2,
  created_at: 0,
  last_seen_at: 0,
  identities: [],
};

test('attributes keep their types', () => {
  const draft = toDraft(contact);
  expect(draft.attributes.map((row) => row.type)).toEqual(['boolean', 'number', 'text']);
  const rows = draft.attributes.map((row) => (row.name === 'orders' ? { ...row, value: '4' } : row));
  expect(toBody({ ...draft, attributes: rows }, contact)).toEqual({ attributes: { vip: true, orders: 4, city: '杭州' } });
});

test('an unchanged form sends nothing, a cleared field null', () => {
  expect(toBody(toDraft(contact), contact)).toEqual({});
  expect(toBody({ ...toDraft(contact), email: ' ' }, contact)).toEqual({ email: null });
});

test('a new contact sends what was filled in', () => {
  expect(toBody({ ...toDraft(null), name: '陈', phone: '13800000000' }, null)).toEqual({ name: '陈', phone: '13800000000' });
});

test('finds bad rows', () => {
  const draft = toDraft(contact);
  expect(isSound(problemsOf(draft))).toBe(true);
  const bad = [...draft.attributes, { name: 'vip', type: 'number' as const, value: 'x' }];
  expect(problemsOf({ ...draft, attributes: bad, email: 'no' })).toEqual({ email: true, names: true, numbers: [3] });
});
