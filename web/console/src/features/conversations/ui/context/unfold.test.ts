import { expect, test, vi } from 'vitest';
import { onUnfold, unfold } from './unfold';

test('a section opens when it is asked for, also before it was there, once each time', () => {
  const [orders, mood] = [vi.fn(), vi.fn()];
  unfold('orders');
  const leave = [onUnfold('mood', mood), onUnfold('orders', orders)];
  expect(orders).toHaveBeenCalledTimes(1);
  unfold('orders');
  expect(orders).toHaveBeenCalledTimes(2);
  expect(mood).not.toHaveBeenCalled();
  leave.forEach((end) => end());
  unfold('mood');
  expect(mood).not.toHaveBeenCalled();
});
