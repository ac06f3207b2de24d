import { expect, test } from 'vitest';
import { dayProblem, fromClock, hoursAreValid, nextRange, sevenDays, toClock } from './hours';

test('clock texts and minutes', () => {
  expect(toClock(540)).toBe('09:00');
  expect(toClock(1440)).toBe('00:00');
  expect(fromClock('09:30', false)).toBe(570);
  expect(fromClock('00:00', true)).toBe(1440);
  expect(fromClock('00:00', false)).toBe(0);
  expect(fromClock('', false)).toBeNull();
  expect(fromClock('25:00', false)).toBeNull();
});

test('finds shifts that end early or overlap, in any order', () => {
  expect(dayProblem([[540, 720], [810, 1080]])).toBeNull();
  expect(dayProblem([[810, 1080], [540, 820]])).toBe('overlap');
  expect(dayProblem([[720, 540]])).toBe('order');
  expect(dayProblem([[540, 720], [720, 900]])).toBeNull();
});

test('the next shift comes after a break, or not at all', () => {
  expect(nextRange([])).toEqual([540, 1080]);
  expect(nextRange([[540, 720]])).toEqual([780, 1020]);
  expect(nextRange([[540, 1400]])).toBeNull();
});

test('always seven days, and hours count only when not always open', () => {
  const hours = { always_open: true, days: [{ ranges: [[720, 540] as [number, number]] }] };
  expect(sevenDays(hours).days).toHaveLength(7);
  expect(hoursAreValid(hours)).toBe(true);
  expect(hoursAreValid({ ...hours, always_open: false })).toBe(false);
});
