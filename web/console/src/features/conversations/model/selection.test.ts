import { describe, expect, it } from 'vitest';
import { all, NONE, ranged, SELECTED_MAX, toggled } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];

describe('selection', () => {
  it('ticks one by one and takes the tick away', () => {
    const two = toggled(toggled(NONE, 'b'), 'd');
    expect([...two.ids]).toEqual(['b', 'd']);
    expect([...toggled(two, 'b').ids]).toEqual(['d']);
  });

  it('ticks a range in either direction and keeps where it began', () => {
    const from = toggled(NONE, 'd');
    expect([...ranged(from, order, 'b').ids].sort()).toEqual(['b', 'c', 'd']);
    expect([...ranged(ranged(from, order, 'b'), order, 'e').ids].sort()).toEqual(['b', 'c', 'd', 'e']);
    expect([...ranged(NONE, order, 'c').ids]).toEqual(['c']);
  });

  it('never ticks more than may be sent', () => {
    const many = Array.from({ length: SELECTED_MAX + 20 }, (_, i) => `c${i}`);
    expect(all(many).ids.size).toBe(SELECTED_MAX);
    expect(toggled(all(many), 'one more').ids.size).toBe(SELECTED_MAX);
  });
});
