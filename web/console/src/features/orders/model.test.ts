import { expect, test } from 'vitest';
import { kindOf, statesOf, statesText, whatOf } from './model';

test('an input is what was chosen, and reads back', () => {
  for (const what of ['phone', 'attribute:uid', '=cn']) {
    const { kind, word } = kindOf(what);
    expect(whatOf(kind, word)).toBe(what);
  }
});

test('states are written one a line', () => {
  const states = statesOf('2 = 已发货 / Shipped\n\nnonsense\n3=已取消');
  expect(states).toEqual([
    { code: '2', zh: '已发货', en: 'Shipped' },
    { code: '3', zh: '已取消', en: '已取消' },
  ]);
  expect(statesOf(statesText(states))).toEqual(states);
});
