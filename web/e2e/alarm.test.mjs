// A flow that a monitoring system's alarm begins: its start asks which, shows its address with examples, and is tried with a sample.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, launch, open, signIn } from './harness.mjs';

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const panel = (page) => page.getByRole('complementary', { name: '属性' });

/** Adds a flow as the person signed in on the page. */
const add = (page, id, document) =>
  page.evaluate(
    async ([id, document]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const response = await fetch('/api/v1/flows', { method: 'POST', headers, body: JSON.stringify({ id, document }) });
      return response.json();
    },
    [id, document],
  );

test('a flow that alarms begin asks which, shows its address with examples, and is tried with a sample', async () => {
  const page = await open(browser);
  await signIn(page, server, 'admin@bluewhale.example');
  const nodes = [
    { id: 'start', kind: 'start', settings: { trigger: 'alarm' } },
    { id: 'end', kind: 'end', settings: { output: '{{ context.event.name }}' } },
  ];
  const made = await add(page, 'alarmed', { format: 1, id: 'alarmed', name: '告警处理', nodes, edges: [{ from: 'start', to: 'end' }] });
  assert.equal(made.id, 'alarmed', JSON.stringify(made));
  await page.goto(`${server.url}/flows/alarmed`);
  await page.locator('.react-flow__node').filter({ hasText: '开始' }).click();
  await panel(page).getByLabel('告警名称').fill('Orders*');
  await page.getByText('草稿已保存').waitFor();
  assert.equal(await panel(page).getByLabel('触发语句').count(), 0);
  assert.match(await panel(page).getByLabel('Alertmanager 的接收方').innerText(), /\/api\/v1\/hooks\/flows\/[^/]+\/alarmed/);
  assert.match(await panel(page).getByLabel('用脚本发送').innerText(), /"severity":"critical"/);

  await page.getByRole('button', { name: '试运行' }).click();
  const drawer = page.getByRole('region', { name: '试运行' });
  assert.match(await drawer.getByLabel('外部发来的内容').inputValue(), /OrdersFail/);
  await drawer.getByRole('button', { name: '开始', exact: true }).click();
  await drawer.getByText('流程已完成').first().waitFor();
  assert.deepEqual(page.trouble, []);
});
