import { expect, test } from 'vitest';
import { topicsOf } from './topics';

test('each group once, in order, without the empty one', () => {
  expect(topicsOf([{ topic: '退款' }, { topic: '' }, { topic: '物流' }, { topic: '退款' }])).toEqual(['退款', '物流']);
  expect(topicsOf([])).toEqual([]);
});
