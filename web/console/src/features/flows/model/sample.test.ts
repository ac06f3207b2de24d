import { expect, test } from 'vitest';
import { sampleOf } from './sample';
import { refund } from './testing';

test('what was set last is what an expression is tried with', () => {
  expect(sampleOf(refund(), null)).toEqual({ limit: 500, context: {} });
  const steps = [
    { path: '', sets: { amount: 30 } },
    { path: 'call[1]', sets: { amount: 1 } },
    { path: '', sets: { amount: 40 } },
  ];
  expect(sampleOf(refund(), { input: { limit: 800 }, context: { message: { text: '退' } }, steps })).toEqual({ limit: 800, amount: 40, context: { message: { text: '退' } } });
});
