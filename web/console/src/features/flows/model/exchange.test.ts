import { expect, test } from 'vitest';
import { exchangesOf } from './exchange';

const at = 1_700_000_000_000;

test('the attempts of a step are told in order, and those of others are not', () => {
  const call = { method: 'POST', url: 'https://pay.example/refunds', took_ms: 12, sent_bytes: 14, got_bytes: 2, sent: { amount: 5 }, got: { ok: true } };
  const all = [
    { step: 'pay@', attempt: 2, state: 'done', at: at + 1, exchange: { ...call, status: 200 } },
    { step: 'other@', attempt: 1, state: 'done', at, exchange: call },
    { step: 'pay@', attempt: 1, state: 'failed', at, exchange: { ...call, status: 503, error: 'status 503', error_zh: '状态码 503' } },
  ];
  const told = exchangesOf(all, 'pay@');
  expect(told.map((one) => [one.attempt, one.fate, one.status, one.error_zh])).toEqual([
    [1, 'failed', 503, '状态码 503'],
    [2, 'done', 200, null],
  ]);
  expect(told[1]).toMatchObject({ sent: { amount: 5 }, got: { ok: true }, notes: [], picture: null });
});

test('a robot tells its steps and shows the page it failed on', () => {
  const steps = [
    { step: 'open /legacy', took_ms: 300, error: null, error_zh: null },
    { step: 'click #ok', took_ms: 5_000, error: 'no such element', error_zh: '没有这个元素' },
  ];
  const exchange = { method: 'ROBOT', url: 'http://stock.example', took_ms: 5_400, sent: { sku: '7' }, got: { steps, answer: null }, error: 'no such element', picture: 'att_1' };
  const [told] = exchangesOf([{ step: 'note@', attempt: 1, state: 'doubt', at, exchange }], 'note@');
  expect(told).toMatchObject({ fate: 'doubt', notes: steps, got: null, picture: 'att_1' });
});

test('the files a robot brought are told, and other things it kept are not', () => {
  const answer = { list: { name: 'list.csv', bytes: 14, text: '单号', id: 'att_2', type: 'text/csv' }, tried: { name: 'a.csv', bytes: 1 }, notes: 'x', rows: [{ id: '1', name: 'y' }] };
  const [told] = exchangesOf([{ step: 'get@', attempt: 1, state: 'done', at, exchange: { method: 'ROBOT', url: '', got: { steps: [], answer } } }], 'get@');
  expect(told?.files).toEqual([{ id: 'att_2', name: 'list.csv', bytes: 14 }]);
});

test('an operation that was begun and of which nothing more is known is in doubt', () => {
  const [told] = exchangesOf([{ step: 'pay@', attempt: 1, state: 'doubt', at, exchange: {} }], 'pay@');
  expect(told).toMatchObject({ fate: 'doubt', method: '', status: null, took_ms: null, sent: null, got: null });
});
