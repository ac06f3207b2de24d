import { expect, test } from 'vitest';
import type { TrialTally } from '@qingniao/shared/api';
import { agreement, fates, total, turnsOf } from './trial';

const tally = (spoke: TrialTally['spoke'], outcome: TrialTally['outcome'], turns: number, missed = 0): TrialTally => ({ spoke, outcome, turns, missed, handed_over: 1 });

test('turns are added over speakers and outcomes', () => {
  const all = [tally('live', 'same', 6), tally('live', 'gained', 2, 2), tally('trial', 'alike', 1), tally('trial', 'lost', 1)];
  expect([total(all), turnsOf(all, 'same'), turnsOf(all, 'other')]).toEqual([10, 6, 0]);
  expect(agreement(all)).toBe(0.7);
  expect(fates(all)).toEqual([
    { spoke: 'live', turns: 8, missed: 2, handedOver: 2 },
    { spoke: 'trial', turns: 2, missed: 0, handedOver: 2 },
  ]);
});

test('nothing counted is nothing shown', () => {
  expect([agreement([]), fates([])]).toEqual([0, []]);
});
