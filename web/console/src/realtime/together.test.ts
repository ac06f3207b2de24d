import { expect, test, vi } from 'vitest';
import { together } from './together';

test('a burst about one thing is one reading, and the next burst another', () => {
  vi.useFakeTimers();
  const seen: string[] = [];
  const tell = together((name) => seen.push(name), 200);
  for (const name of ['run', 'run', 'approval', 'run']) tell(name);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(seen).toEqual(['run', 'approval']);
  tell('run');
  vi.advanceTimersByTime(200);
  expect(seen).toEqual(['run', 'approval', 'run']);
  vi.useRealTimers();
});
