import { describe, expect, test } from 'vitest';
import type { TrainingFinding } from '@qingniao/shared/api';
import { mendsOf } from './mends';

const conflict: TrainingFinding = {
  kind: 'conflict',
  intent_ids: ['itt_a', 'itt_b'],
  intent_names: ['退货', '换货'],
  example_ids: ['exa_1', 'exa_2', 'exa_3'],
  example_intent_ids: ['itt_b', 'itt_a', 'itt_b'],
  texts: ['想换', '想换', '想换。'],
};

describe('what one press mends', () => {
  test('words under two intents stay in one of them, once, however often they stand there', () => {
    expect(mendsOf(conflict)).toEqual([
      { kind: 'keep_in', intentId: 'itt_a', name: '退货', ids: ['exa_1', 'exa_3'] },
      { kind: 'keep_in', intentId: 'itt_b', name: '换货', ids: ['exa_2', 'exa_3'] },
    ]);
  });
  test('an older report is mended where each intent has one example, and else not', () => {
    const old = { ...conflict, example_intent_ids: [] };
    expect(mendsOf(old)).toEqual([]);
    expect(mendsOf({ ...old, example_ids: ['exa_1', 'exa_2'] }).map((mend) => mend.ids)).toEqual([['exa_2'], ['exa_1']]);
  });
  test('of repeats the first stays, and of a leak the test', () => {
    expect(mendsOf({ ...conflict, kind: 'duplicate' })).toEqual([{ kind: 'surplus', ids: ['exa_2', 'exa_3'] }]);
    expect(mendsOf({ ...conflict, kind: 'leak' })).toEqual([{ kind: 'keep_test', ids: ['exa_1'] }]);
    expect(mendsOf({ ...conflict, kind: 'tiny' })).toEqual([]);
  });
});
