import { describe, expect, test } from 'vitest';
import { divide, namesIntents } from './shares';
import { toRows } from './table';

const INTENTS = [
  { id: 'itt_return', name: '退货' },
  { id: 'itt_track', name: 'Track a parcel' },
];

test('a table is rows of cells, and a cell in quotes may hold tabs, quotes and line breaks', () => {
  expect(toRows('a\tb\r\n"说""退""\n就退"\t退货\n\n\t\n')).toEqual([
    ['a', 'b'],
    ['说"退" 就退', '退货'],
  ]);
  expect(toRows('"没写完\n怎么退')).toEqual([['"没写完'], ['怎么退']]);
  expect(toRows('')).toEqual([]);
});

describe('a table of two columns', () => {
  test('is divided among the intents it names, known or new', () => {
    const rows = toRows('例句\t意图\n怎么退货\t退货\n想退\t退货\n想退\t退货\nWhere is it?\ttrack a PARCEL\n能刻字吗\t刻字\n没写意图\n\t退货');
    expect(divide(rows, INTENTS)).toEqual({
      shares: [
        { name: '退货', intentId: 'itt_return', texts: ['怎么退货', '想退'] },
        { name: 'Track a parcel', intentId: 'itt_track', texts: ['Where is it?'] },
        { name: '刻字', intentId: null, texts: ['能刻字吗'] },
      ],
      loose: 1,
    });
  });
  test('keeps its first row where an intent is called like a heading', () => {
    const named = [{ id: 'itt_label', name: 'Label' }];
    expect(divide(toRows('print it\tlabel'), named).shares).toEqual([{ name: 'Label', intentId: 'itt_label', texts: ['print it'] }]);
  });
  test('is for several intents only where it names one there is', () => {
    expect(namesIntents(toRows('怎么退货\t退货'), INTENTS)).toBe(true);
    expect(namesIntents(toRows('怎么退货\t2026-11-30\n想退'), INTENTS)).toBe(false);
  });
});
