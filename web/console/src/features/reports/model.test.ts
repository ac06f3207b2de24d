import { expect, test } from 'vitest';
import { clock, minuteOf } from './mail';
import { byReason, hundredths, since } from './model';
import { byPerson } from './times-model';

test('a period begins at the company’s midnight', () => {
  const now = Date.UTC(2026, 10, 28, 17, 5, 9, 123); // 01:05 on the 29th in Shanghai
  expect(since('today', now, 'Asia/Shanghai')).toBe(Date.UTC(2026, 10, 28, 16));
  expect(since('days7', now, 'Asia/Shanghai')).toBe(Date.UTC(2026, 10, 22, 16));
  expect(since('today', now, 'UTC')).toBe(Date.UTC(2026, 10, 28));
});

test('a time of day is written as people write it, and read back', () => {
  expect([clock(0), clock(545), clock(1439)]).toEqual(['00:00', '09:05', '23:59']);
  expect([minuteOf('9:05'), minuteOf('23:59'), minuteOf('24:00'), minuteOf('9'), minuteOf('09:60')]).toEqual([545, 1439, null, null, null]);
});

test('a figure that is not there is a dash', () => {
  expect([hundredths(4063), hundredths(null)]).toEqual(['40.63', '–']);
});

test('times in state are added up by person, the longest present first', () => {
  const time = (user_id: string, state: 'online' | 'busy' | 'wrap_up' | 'offline', spent_ms: number, reason: string | null = null) => ({ user_id, state, reason, spent_ms, times: 1 });
  const people = byPerson([
    time('a', 'online', 10),
    time('a', 'busy', 5, 'lunch'),
    time('a', 'busy', 7, null),
    time('b', 'wrap_up', 40),
    time('c', 'offline', 99),
  ]);
  expect(people.map(({ id }) => id)).toEqual(['b', 'a']);
  expect(people[1]).toMatchObject({ online: 10, busy: 12, reasons: [{ key: null, spent: 7 }, { key: 'lunch', spent: 5 }] });
});

test('transfers are told by reason, the most frequent first and the rest last', () => {
  expect(byReason({ transfers: 6, transfer_reasons: { shift: 1, expert: 3 } })).toEqual([{ key: 'expert', count: 3 }, { key: 'shift', count: 1 }, { key: null, count: 2 }]);
  expect(byReason({ transfers: 1, transfer_reasons: { shift: 1 } })).toEqual([{ key: 'shift', count: 1 }]);
  expect(byReason({ transfers: 4, transfer_reasons: {} })).toEqual([]);
});
