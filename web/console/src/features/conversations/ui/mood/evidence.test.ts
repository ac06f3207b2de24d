import { expect, test } from 'vitest';
import type { MessageView } from '@qingniao/shared/api';
import { evidenceOf } from './Evidence';
import { pieces } from './pieces';

const message = (id: string, kind: string, emotion: string): MessageView =>
  ({ id, kind, recalled_at: null, trace: { understood: { emotion: { emotion, evidence: [{ start: 0, end: 2 }] } } } }) as unknown as MessageView;

test('evidence is in the last message that was read as the feeling', () => {
  const items = [message('1', 'incoming', 'anger'), message('2', 'incoming', 'anger'), message('3', 'outgoing', 'anger'), message('4', 'incoming', 'neutral')];
  expect(evidenceOf(items, 'anger')).toEqual({ message: '2', spans: [{ start: 0, end: 2 }] });
  expect(evidenceOf(items, 'joy')).toBeNull();
});

test('spans count characters, not halves of them', () => {
  const said = pieces('😡太过分了，退钱', [
    { start: 1, end: 5 },
    { start: 6, end: 99 },
  ]);
  expect(said).toEqual([
    { text: '😡', marked: false },
    { text: '太过分了', marked: true },
    { text: '，', marked: false },
    { text: '退钱', marked: true },
  ]);
});
