import { expect, test } from 'vitest';
import type { IntentScore } from '@qingniao/shared/api';
import { deltas, matrixOf } from './matrix';

const score = (id: string, f1 = 0.9): IntentScore => ({ intent_id: id, name: id, examples: 10, precision: f1, recall: f1, f1 });
const cell = (intent_id: string, read_as_id: string, count: number) => ({ intent_id, read_as_id, count });

test('the intents that are mistaken most stand first, and rows keep their totals', () => {
  const cells = [cell('a', 'b', 3), cell('c', 'a', 1), cell('a', 'a', 7), cell('b', 'b', 10), cell('c', 'c', 9), cell('d', 'd', 10)];
  const matrix = matrixOf([score('a'), score('b'), score('c'), score('d')], cells, 2);
  expect(matrix.intents.map((one) => one.intent_id)).toEqual(['a', 'b']);
  expect(matrix.counts).toEqual([
    [7, 3],
    [0, 10],
  ]);
  expect(matrix.totals).toEqual([10, 10]);
  expect(matrixOf([score('d')], [cell('d', 'd', 10)], 5).intents).toEqual([]);
});

test('only differences that mean something are named', () => {
  const found = deltas([score('a', 0.9), score('b', 0.5), score('new', 0.8)], [score('a', 0.89), score('b', 0.8)], 5);
  expect(found.map((one) => one.intent.intent_id)).toEqual(['new', 'b']);
});
