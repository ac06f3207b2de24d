// What a flow names must be there: told in the builder with the nearest name, and before it is published. What a flow tells a person, and
// what it keeps for others, seen on their pages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

let server;
let browser;
let page;

before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await open(browser);
  await signIn(page, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const call = (method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const response = await fetch(`/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      return response.status === 204 ? null : response.json();
    },
    [method, path, body],
  );

const panel = () => page.getByRole('complementary', { name: '属性' });

test('a typing error in a name is told with the name that was meant, and mended from there', async () => {
  const teams = await call('GET', '/teams');
  const team = teams.items[0].name;
  const wrong = `${team}x`;
  const document = {
    format: 1,
    id: 'x',
    name: '转人工',
    nodes: [
      { id: 'start', kind: 'start', settings: {} },
      { id: 'give', kind: 'hand_off', title: '转给小组', settings: { team: wrong } },
      { id: 'end', kind: 'end', settings: {} },
    ],
    edges: [
      { from: 'start', to: 'give' },
      { from: 'give', to: 'end' },
    ],
  };
  const made = await call('POST', '/flows', { name: '转人工', document });
  const refused = await call('POST', `/flows/${made.id}/publish`, { note: '第一版', revision: 1 });
  assert.equal(refused.code, 'flow_unsound');
  await page.goto(`${server.url}/flows/${made.id}`);
  await page.getByRole('button', { name: /1 个问题/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: new RegExp(`转给小组.*是否要用「${team}」`) }).click();
  await panel().getByText(`没有名为「${wrong}」的小组，是否要用「${team}」？`).waitFor();
  await panel().getByLabel('小组').fill(team);
  await page.getByText('没有问题').waitFor();
  assert.deepEqual(await findings(page), []);
});

test('a person is told in the console until they have read it, and the run shows what is shared', async () => {
  const document = {
    format: 1,
    id: 'x',
    name: '库存提醒',
    variables: [{ name: 'told', type: 'integer', scope: 'tenant', default: 0 }],
    nodes: [
      { id: 'start', kind: 'start', settings: {} },
      { id: 'count', kind: 'set', settings: { set: [{ variable: 'told', value: 'told + 1' }] } },
      { id: 'tell', kind: 'notify', settings: { to: 'admin', title: '库存不足，第 {{ told }} 次', text: '耳机只剩 3 件' } },
      { id: 'end', kind: 'end', settings: {} },
    ],
    edges: [
      { from: 'start', to: 'count' },
      { from: 'count', to: 'tell' },
      { from: 'tell', to: 'end' },
    ],
  };
  const made = await call('POST', '/flows', { name: '库存提醒', document });
  const live = await call('POST', `/flows/${made.id}/publish`, { note: '第一版', revision: 1 });
  assert.ok(live.live, JSON.stringify(live));
  await page.goto(`${server.url}/flows/${made.id}`);
  await page.getByText(/变量/).first().waitFor();
  assert.ok((await panel().textContent()).includes('全公司共享'));
  const run = await call('POST', `/flows/${made.id}/runs`, {});
  await page.getByRole('link', { name: /审批.*1 条通知/ }).click();
  const notices = page.getByRole('region', { name: '流程与工单通知' });
  await notices.getByText('库存不足，第 1 次').waitFor();
  await notices.getByText('耳机只剩 3 件').waitFor();
  assert.deepEqual(await findings(page), []);
  await notices.getByRole('button', { name: '「库存不足，第 1 次」已读' }).click();
  await notices.waitFor({ state: 'detached' });
  await page.goto(`${server.url}/runs/${run.run_id}`);
  await page.getByText('共享变量现在的值').waitFor();
  await page.getByRole('definition').filter({ hasText: /^1$/ }).waitFor();
  assert.deepEqual(page.trouble, []);
});
