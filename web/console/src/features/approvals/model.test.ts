import { expect, test } from 'vitest';
import { changed, partsOf } from './model';

const payload = { order: 'SO1', amount: 899, gift: false, lines: [1] };
const fields = [
  { name: 'amount', zh: '金额（元）', en: 'Amount', kind: 'number' },
  { name: 'order', zh: '订单', en: '', kind: 'fixed' },
];

test('parts are called and typed as the flow says, else as they are', () => {
  expect(partsOf(payload, fields, false).map((part) => [part.label, part.kind])).toEqual([
    ['金额（元）', 'number'],
    ['订单', 'fixed'],
    ['gift', 'boolean'],
    ['lines', 'fixed'],
  ]);
  expect(partsOf(payload, fields, true).map((part) => part.label).slice(0, 2)).toEqual(['Amount', '订单']);
});

test('only what was changed is sent, and only while it is a value', () => {
  const parts = partsOf(payload, fields, false);
  expect(changed(payload, parts, { amount: '899' })).toBeUndefined();
  expect(changed(payload, parts, { amount: '800.5', gift: 'true', order: 'SO2' })).toEqual({ ...payload, amount: 800.5, gift: true });
  expect(changed(payload, parts, { amount: '80o' })).toBeNull();
});
