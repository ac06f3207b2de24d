import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { Late } from './late';

type Numbers = number[];

function stage() {
  const client = new QueryClient();
  const add = (word: number): void => void client.setQueryData<Numbers>(['list'], (old) => old && [...new Set([...old, word])]);
  const late = new Late<number>(client, add);
  const stop = late.follow();
  const tell = (word: number): void => {
    add(word);
    late.said(word);
  };
  /** Asks; what comes back is decided later. */
  const read = (): ((numbers: Numbers) => Promise<unknown>) => {
    let answer: (numbers: Numbers) => void = () => undefined;
    const answered = new Promise<Numbers>((done) => (answer = done));
    const read = client.fetchQuery({ queryKey: ['list'], queryFn: () => answered, staleTime: 0 });
    return async (numbers) => {
      answer(numbers);
      await read;
      await Promise.resolve();
    };
  };
  return { client, late, stop, tell, read, list: () => client.getQueryData<Numbers>(['list']) };
}

test('what was said while the first answer was under way is not lost', async () => {
  const { tell, read, list } = stage();
  tell(1);
  const answer = read();
  tell(2);
  tell(3);
  expect(list()).toBeUndefined();
  await answer([1]);
  await expect.poll(list).toEqual([1, 2, 3]);
});

test('nor by an answer that replaces what was known', async () => {
  const { tell, read, list } = stage();
  await read()([1]);
  const answer = read();
  tell(2);
  expect(list()).toEqual([1, 2]);
  await answer([1]);
  await expect.poll(list).toEqual([1, 2]);
});

test('an answer that words may be missing from is read again', async () => {
  const { client, late, tell, read } = stage();
  const answer = read();
  late.missed();
  tell(7);
  await answer([1]);
  await expect.poll(() => client.getQueryState(['list'])?.isInvalidated).toBe(true);
  // The next one was asked after it and stands.
  await read()([1, 7]);
  expect(client.getQueryState(['list'])?.isInvalidated).toBe(false);
});

test('nothing is kept while nothing is under way, and only so much while something is', async () => {
  const { client, tell, read, list } = stage();
  tell(1);
  await read()([5]);
  expect(list()).toEqual([5]);
  const answer = read();
  for (let word = 0; word < 1_000; word += 1) tell(word);
  await answer([5]);
  await expect.poll(() => client.getQueryState(['list'])?.isInvalidated).toBe(true);
});

test('it ends when nobody follows', async () => {
  const { stop, tell, read, list } = stage();
  stop();
  const answer = read();
  tell(2);
  await answer([1]);
  expect(list()).toEqual([1]);
});
