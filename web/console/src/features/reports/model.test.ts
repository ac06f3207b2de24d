import { expect, test } from 'vitest';
import { since } from './model';

test('a period begins at the company’s midnight', () => {
  const now = Date.UTC(2026, 10, 28, 17, 5, 9, 123); // 01:05 on the 29th in Shanghai
  expect(since('today', now, 'Asia/Shanghai')).toBe(Date.UTC(2026, 10, 28, 16));
  expect(since('days7', now, 'Asia/Shanghai')).toBe(Date.UTC(2026, 10, 22, 16));
  expect(since('today', now, 'UTC')).toBe(Date.UTC(2026, 10, 28));
});
