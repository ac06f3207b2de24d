import { expect, test } from 'vitest';
import { decisionOf } from './decision';

const step = { kind: 'approval', standing: 'done' as const };

test('a decision says what, who and when', () => {
  const output = { approved: false, by: 'usr_1', by_name: '何岚', at: 5, comment: '金额不对', payload: { amount: 1 } };
  expect(decisionOf({ ...step, output })).toEqual({ approved: false, by: '何岚', at: 5, comment: '金额不对', payload: { amount: 1 } });
});

test('other steps, and approvals still open, have none', () => {
  expect(decisionOf({ ...step, output: null })).toBeNull();
  expect(decisionOf({ ...step, standing: 'open', output: { approved: true } })).toBeNull();
  expect(decisionOf({ ...step, kind: 'call', output: { approved: true } })).toBeNull();
});
