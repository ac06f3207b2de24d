// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { patiently } from './lazy';

const soon = () => Promise.resolve();

test('a part comes when the server is back', async () => {
  const load = vi.fn().mockRejectedValueOnce(new TypeError('down')).mockRejectedValueOnce(new TypeError('down')).mockResolvedValue('part');
  const waits: number[] = [];
  const pause = (ms: number) => Promise.resolve(void waits.push(ms));
  expect(await patiently(load, pause, () => Promise.resolve(false))).toBe('part');
  expect(waits).toEqual([500, 1000]);
});

test('the wait has an end however long the server is away', async () => {
  const load = vi.fn();
  for (let n = 0; n < 12; n += 1) load.mockRejectedValueOnce(new TypeError('down'));
  load.mockResolvedValue('part');
  const waits: number[] = [];
  await patiently(load, (ms) => Promise.resolve(void waits.push(ms)), () => Promise.resolve(false));
  expect(Math.max(...waits)).toBe(8_000);
});

test('a part that is broken is told, not asked for for ever', async () => {
  const load = vi.fn().mockRejectedValue(new SyntaxError('broken'));
  await expect(patiently(load, soon, () => Promise.resolve(true))).rejects.toThrow('broken');
  expect(load).toHaveBeenCalledTimes(3);
});

test('a style sheet that did not come is asked for anew', async () => {
  document.head.innerHTML = '<link rel="stylesheet" href="/assets/x.css">';
  const before = document.querySelector('link');
  await patiently(vi.fn().mockRejectedValueOnce(new Error('Unable to preload CSS')).mockResolvedValue(1), soon, () => Promise.resolve(false));
  expect(document.querySelector('link')).not.toBe(before);
});
