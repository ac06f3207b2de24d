import { expect, test } from 'vitest';
import { each } from './many';

test('each run has its own outcome, in the order they were asked for', async () => {
  const seen: string[] = [];
  const outcomes = await each(['a', 'b', 'c', 'd', 'e', 'f'], async (id) => {
    seen.push(id);
    if (id === 'c') throw new Error('gone');
    return id.toUpperCase();
  });
  expect(seen).toHaveLength(6);
  expect(outcomes.map((one) => one.value ?? one.error)).toEqual(['A', 'B', 'gone', 'D', 'E', 'F']);
});
