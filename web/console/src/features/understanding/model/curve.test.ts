import { expect, test } from 'vitest';
import { stepOf, steps } from './curve';

const point = (threshold: number, answered: number, wrong: number) => ({ threshold, answered, wrong, strangers_left: null });

test('thresholds that do the same are one step, the strictest first', () => {
  const all = steps([point(0.1, 1, 0.1), point(0.2, 1, 0.1), point(0.5, 0.8, 0.02), point(0.9, 0.5, 0)]);
  expect(all.map((one) => one.threshold)).toEqual([0.9, 0.5, 0.2]);
});

test('a threshold stands at its nearest step', () => {
  const all = steps([point(-1.5, 1, 0.1), point(0.5, 0.8, 0.02), point(2, 0.5, 0)]);
  expect(stepOf(all, 0.6)).toBe(1);
  expect(stepOf(all, -9)).toBe(2);
  expect(stepOf([], 1)).toBe(0);
});
