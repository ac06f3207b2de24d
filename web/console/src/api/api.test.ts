import { afterEach, expect, test, vi } from 'vitest';
import { api, ApiError, listAll, path } from './client';
import { uuid } from './uuid';

function answer(status: number, body: unknown, extra: Record<string, string> = {}) {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...extra } });
}

afterEach(() => vi.unstubAllGlobals());

test('a problem becomes an ApiError with its code, field errors and retry time', async () => {
  const problem = { code: 'locked_out', detail: '请稍后再试', request_id: 'req_1', errors: [{ field: 'email', message: '格式不对' }] };
  vi.stubGlobal('fetch', async () => answer(429, problem, { 'Retry-After': '30' }));
  const error = await api.post('/auth/sign-in', {}).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 429, code: 'locked_out', requestId: 'req_1', retryAfterSeconds: 30 });
  expect((error as ApiError).errors[0]?.field).toBe('email');
});

test('an unreachable server is told apart', async () => {
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('network')));
  await expect(api.get('/users')).rejects.toMatchObject({ status: 0, code: 'offline', isOffline: true });
});

test('creates carry a key, updates the version', async () => {
  const calls: RequestInit[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    calls.push(init);
    return answer(200, {});
  });
  await api.create('/teams', { name: '售后' }, 'key-1');
  await api.patch('/teams/tea_1', { name: '售前' }, 7);
  expect((calls[0]?.headers as Headers).get('Idempotency-Key')).toBe('key-1');
  expect((calls[1]?.headers as Headers).get('If-Match')).toBe('"7"');
});

test('listAll follows the cursor', async () => {
  const pages = [
    { items: [1, 2], next_cursor: 'b' },
    { items: [3], next_cursor: null },
  ];
  vi.stubGlobal('fetch', async () => answer(200, pages.shift()));
  expect(await listAll<number>('/labels')).toEqual([1, 2, 3]);
});

test('ids are escaped into paths', () => {
  expect(path('/users/{}/reset-password', '../a b')).toBe('/users/..%2Fa%20b/reset-password');
});

test('uuids are version 7 and sort by time', () => {
  const early = uuid(1_700_000_000_000);
  const late = uuid(1_700_000_000_001);
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(early < late).toBe(true);
});
