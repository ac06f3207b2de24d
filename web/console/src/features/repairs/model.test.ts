import { expect, test } from 'vitest';
import { BOUND, BOUNDS, GROUPS, isOwn, preview, same } from './model';

const item = { name: 'cancelled', zh: '', en: '', built_in_zh: '好的，「{name}」不再继续办理。', built_in_en: 'No more “{name}”.', places: ['name'] };
const samples = { name: '退款', back: '', part: '', position: '3', wait: '约 5 分钟', question: '哪个订单？' };

test('a customer sees the company’s own words, or the built-in ones, with the braces filled', () => {
  expect(preview(item, { zh: '', en: '' }, 'zh', samples)).toBe('好的，「退款」不再继续办理。');
  expect(preview(item, { zh: '{name}先停下。', en: '' }, 'zh', samples)).toBe('退款先停下。');
  expect(preview({ ...item, name: 'resume', built_in_zh: '接着问：' }, { zh: '', en: '' }, 'zh', samples)).toBe('接着问：哪个订单？');
});

test('the place in the queue and the wait stand in words about a hand-over', () => {
  const handOver = { ...item, name: 'hand_off', places: ['position', 'wait'] };
  expect(preview(handOver, { zh: '前面还有人，您是第 {position} 位，{wait}。', en: '' }, 'zh', samples)).toBe('前面还有人，您是第 3 位，约 5 分钟。');
});

test('blank words are not one’s own', () => {
  expect(isOwn({ zh: ' ', en: '' })).toBe(false);
  expect(isOwn({ zh: '', en: 'x' })).toBe(true);
  expect(same({ a: { zh: '1', en: '' } }, { a: { zh: '1', en: '' } })).toBe(true);
  expect(same({ a: { zh: '1', en: '' } }, { a: { zh: '2', en: '' } })).toBe(false);
});

test('every group has its flows that may begin instead, each once', () => {
  expect(Object.keys(BOUND)).toEqual(Object.keys(GROUPS));
  expect([...BOUNDS].sort()).toEqual(['cancelled', 'cannot_handle', 'clarify', 'hand_off', 'silence']);
});
