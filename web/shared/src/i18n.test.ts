import { expect, test } from 'vitest';
import { defineMessages, translator } from './i18n.ts';

const messages = defineMessages(
  { hello: '你好', results: '{n} 条结果', greet: '{name},{time}好' },
  { hello: 'Hello', results: { one: '{n} result', other: '{n} results' }, greet: 'Good {time}, {name}' },
);

test('fills parameters in the chosen language', () => {
  expect(translator(messages, 'zh-CN')('greet', { name: '林', time: '早上' })).toBe('林,早上好');
  expect(translator(messages, 'en')('greet', { name: 'Lin', time: 'morning' })).toBe('Good morning, Lin');
});

test('English has a singular', () => {
  const t = translator(messages, 'en');
  expect(t('results', { n: 1 })).toBe('1 result');
  expect(t('results', { n: 0 })).toBe('0 results');
});

test('a value that looks like a parameter is not filled again', () => {
  expect(translator(messages, 'zh-CN')('greet', { name: '{time}', time: '早上' })).toBe('{time},早上好');
});
