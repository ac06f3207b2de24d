import { expect, test } from 'vitest';
import { renames } from './renames';

test('a line names the old and the new step', () => {
  expect(renames('ask=question\n pay = refund ')).toEqual({ ask: 'question', pay: 'refund' });
  expect(renames('')).toEqual({});
  expect(renames('ask')).toBeNull();
  expect(renames('a=b=c')).toBeNull();
});
