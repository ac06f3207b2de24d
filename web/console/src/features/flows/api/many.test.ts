import { expect, test } from 'vitest';
import { each, orderFilter } from './many';

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

test('an order takes of a filter what is set', () => {
  expect(orderFilter({ flow: '', state: '', dead: undefined, q: '' })).toEqual({});
  expect(orderFilter({ flow: 'refund', state: 'failed', dead: true, stuck: undefined, q: 'SO-1' })).toEqual({ flow: 'refund', state: 'failed', dead: true, q: 'SO-1' });
});
