import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LabelView } from '@qingniao/shared/api';
import type { ApiError } from './client';
import { useResourceForm, type ResourceForm } from './form';

interface Draft {
  name: string;
}

const label: LabelView = { id: 'lab_1', name: '退款', color: '#c0392b', version: 3, created_at: 0 };
const toDraft = (object: LabelView | null): Draft => ({ name: object?.name ?? '' });
let form: ResourceForm<LabelView, Draft>;
let root: Root;

function Probe({ object }: { object: LabelView | null }) {
  form = useResourceForm<LabelView, Draft>({ name: 'labels', object, toDraft, toBody: (draft) => draft });
  return null;
}

async function show(object: LabelView | null) {
  root = createRoot(document.createElement('div'));
  await act(async () =>
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <Probe object={object} />
      </QueryClientProvider>,
    ),
  );
}

interface Call {
  method: string;
  headers: Headers;
}

function serve(...answers: [number, unknown][]): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    calls.push({ method: init.method ?? '', headers: init.headers as Headers });
    const [status, body] = answers.shift() ?? [500, {}];
    return new Response(JSON.stringify(body), { status });
  });
  return calls;
}

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

test('a change makes it dirty; saving sends the version and takes the answer', async () => {
  const calls = serve([200, { ...label, name: '退货', version: 4 }]);
  await show(label);
  expect(form.dirty).toBe(false);
  await act(async () => form.set({ name: '退货' }));
  expect(form.dirty).toBe(true);
  await act(async () => void (await form.save()));
  expect(calls[0]?.headers.get('If-Match')).toBe('"3"');
  expect(form.base?.version).toBe(4);
  expect(form.dirty).toBe(false);
});

test('after a conflict the draft can be kept and saved over the newest version', async () => {
  const calls = serve([412, { code: 'version_stale' }], [200, { ...label, name: '别人改的', version: 9 }], [200, { ...label, name: '我的', version: 10 }]);
  await show(label);
  await act(async () => form.set({ name: '我的' }));
  await act(async () => void (await form.save()));
  expect((form.error as ApiError).isStale).toBe(true);
  await act(async () => form.keep());
  expect(form.draft.name).toBe('我的');
  expect(form.error).toBeNull();
  await act(async () => void (await form.save()));
  expect(calls.at(-1)?.headers.get('If-Match')).toBe('"9"');
});

test('after a conflict the newest version can be taken instead', async () => {
  serve([412, { code: 'version_stale' }], [200, { ...label, name: '别人改的', version: 9 }]);
  await show(label);
  await act(async () => form.set({ name: '我的' }));
  await act(async () => void (await form.save()));
  await act(async () => form.reload());
  expect(form.draft.name).toBe('别人改的');
  expect(form.dirty).toBe(false);
});

test('a creation that is tried again carries the same key', async () => {
  const calls = serve([500, {}], [201, label]);
  await show(null);
  await act(async () => form.set({ name: '退款' }));
  await act(async () => void (await form.save()));
  await act(async () => void (await form.save()));
  const keys = calls.map((call) => call.headers.get('Idempotency-Key'));
  expect(keys[0]).toBeTruthy();
  expect(keys[1]).toBe(keys[0]);
});

test('a creation that was changed before it is tried again carries another key', async () => {
  const calls = serve([500, {}], [201, label]);
  await show(null);
  await act(async () => form.set({ name: '退款' }));
  await act(async () => void (await form.save()));
  await act(async () => form.set({ name: '退货' }));
  await act(async () => void (await form.save()));
  const keys = calls.map((call) => call.headers.get('Idempotency-Key'));
  expect(keys[1]).not.toBe(keys[0]);
});
