import { expect, test } from 'vitest';
import type { LearningGroupView, LearningItemView } from '@qingniao/shared/api';
import { alike } from './alike';

const item = (id: string, at: number): LearningItemView => ({ message_id: id, conversation_id: 'cnv_1', text: id, language: 'zh-CN', reason: 'missed', at });
const near = (id: string) => ({ intent_id: id, name: id, probability: 0.4 });
const group = (items: LearningItemView[], suggested: string | null, nearest: string[]): LearningGroupView => ({
  items,
  suggestion: suggested === null ? null : near(suggested),
  nearest: nearest.map(near),
});

test('messages are alike whose group is nearest to the intent, or was said to mean it', () => {
  const groups = [group([item('a', 1), item('b', 3)], null, ['itt_1', 'itt_2']), group([item('c', 2)], 'itt_1', ['itt_2']), group([item('d', 9)], 'itt_2', ['itt_1']), group([item('e', 9)], null, [])];
  expect(alike(groups, 'itt_1').map((one) => one.message_id)).toEqual(['b', 'c', 'a']);
  expect(alike(groups, 'itt_3')).toEqual([]);
});
