import { expect, test } from 'vitest';
import { actions } from './actions';
import { assist } from './assist';
import { composer } from './composer';
import { context } from './context';
import { events } from './events';
import { messages } from './index';
import { list } from './list';
import { thread } from './thread';

test('no word of the feature is written over by another of the same name', () => {
  const names = [list, thread, events, composer, actions, context, assist].flatMap((part) => Object.keys(part.zh));
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  expect(twice).toEqual([]);
  expect(Object.keys(messages.zh).length).toBe(names.length);
});
