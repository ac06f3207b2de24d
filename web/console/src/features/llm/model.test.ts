import { expect, test } from 'vitest';
import type { LlmLimitsView } from '@qingniao/shared/api';
import { holding, problemsOf, toBody, toDraft } from './model';

const limits: LlmLimitsView = {
  model: 'm',
  has_price: true,
  month_tokens: 5_000,
  month_cents: 1_250,
  month_tokens_max: 10_000,
  month_cents_max: 0,
  spent_tokens: 0,
  spent_cents: 0,
  calls: 0,
  used_up: false,
  version: 3,
};

test('limits go back as they came, money in whole units', () => {
  expect(toDraft(limits)).toEqual({ tokens: '5000', money: '12.5' });
  expect(toBody(toDraft(limits), 3)).toEqual({ month_tokens: 5_000, month_cents: 1_250, version: 3 });
  expect(toBody({ tokens: ' ', money: '1,000.05' }, 0)).toEqual({ month_tokens: 0, month_cents: 100_005, version: 0 });
});

test('what is no number, or higher than the operator allows, is said', () => {
  expect(problemsOf({ tokens: 'many', money: '1.234' }, limits)).toEqual({ tokens: 'notNumber', money: 'notMoney' });
  expect(problemsOf({ tokens: '10001', money: '999999' }, limits)).toEqual({ tokens: 'tooHigh' });
  expect(problemsOf({ tokens: '', money: '' }, limits)).toEqual({});
});

test('the narrower limit holds', () => {
  expect([holding(0, 0), holding(5, 0), holding(0, 9), holding(5, 9), holding(12, 9)]).toEqual([0, 5, 9, 5, 9]);
});
