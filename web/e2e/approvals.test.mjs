// A flow at work: a customer's words begin it, it asks, a supervisor decides in the console, the customer hears of it, and the run can
// be played back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let boss;

before(async () => {
  server = await Server.start();
  browser = await launch();
  boss = await open(browser);
  await signIn(boss, server, 'helan@bluewhale.example');
  const made = await call(boss, 'POST', '/flows', { name: '补偿', document: compensation() });
  const live = await call(boss, 'POST', `/flows/${made.id}/publish`, { note: '第一版', revision: 1 });
  assert.ok(live.live, JSON.stringify(live));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const call = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      return (await fetch(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) })).json();
    },
    [method, path, body],
  );

/** 我要补偿 → which order → a supervisor → what came of it. */
function compensation() {
  return {
    format: 1,
    id: 'compensation',
    name: '补偿',
    variables: [
      { name: 'order_id', type: 'text' },
      { name: 'amount', type: 'number', default: 30 },
    ],
    nodes: [
      { id: 'start', kind: 'start', settings: { trigger: 'message', phrases: ['我要补偿'] } },
      { id: 'which', kind: 'ask', title: '问订单号', timeout_ms: 600_000, settings: { text: '请告诉我订单号。', save: 'order_id' } },
      { id: 'boss', kind: 'approval', title: '主管审批', timeout_ms: 600_000, settings: { who: 'supervisor', title: '订单 {{ order_id }} 补偿 {{ amount }} 元', payload: { 订单: '{{ order_id }}', 金额: '{{ amount }}' } } },
      { id: 'yes', kind: 'say', title: '告知同意', settings: { text: '主管已同意，补偿 {{ amount }} 元。' } },
      { id: 'no', kind: 'say', title: '告知拒绝', settings: { text: '很抱歉，这次不能补偿。' } },
      { id: 'end', kind: 'end', settings: {} },
      { id: 'person', kind: 'hand_off', settings: { note: '补偿没有办成' } },
    ],
    edges: [
      { from: 'start', to: 'which' },
      { from: 'which', to: 'boss' },
      ...['unclear', 'error', 'timeout'].map((port) => ({ from: 'which', port, to: 'person' })),
      { from: 'boss', port: 'approved', to: 'yes' },
      { from: 'boss', port: 'rejected', to: 'no' },
      ...['error', 'timeout'].map((port) => ({ from: 'boss', port, to: 'person' })),
      { from: 'yes', to: 'end' },
      { from: 'no', to: 'end' },
      { from: 'person', to: 'end' },
    ],
  };
}

async function ask(order) {
  const visitor = await visit(browser, server);
  await say(visitor, '我要补偿');
  await visitor.getByRole('log').getByText('请告诉我订单号。').waitFor();
  await say(visitor, order);
  return visitor;
}

test('what a customer asks for waits in the console, is approved there, and the customer hears of it', async () => {
  const visitor = await ask('SO1001');
  await boss.getByRole('link', { name: /审批.*1 件待审批/ }).click();
  const card = boss.getByRole('article', { name: '订单 SO1001 补偿 30 元' });
  await card.waitFor();
  await card.getByText('来自流程「补偿」').waitFor();
  assert.deepEqual(await findings(boss), []);
  await card.getByLabel('意见').fill('老客户');
  await card.getByRole('button', { name: '同意' }).click();
  await boss.getByText('已同意').waitFor();
  await visitor.getByRole('log').getByText('主管已同意，补偿 30 元。').waitFor();
  await boss.getByText('没有待审批的事').waitFor();
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});

test('a run is played back step by step on the drawing of its version', async () => {
  await boss.goto(`${server.url}/runs`);
  await boss.getByRole('link', { name: '补偿' }).first().click();
  await boss.getByRole('heading', { level: 1, name: '补偿' }).waitFor();
  const steps = boss.getByRole('complementary', { name: '步骤' });
  await steps.getByRole('button', { name: /告知同意/ }).waitFor();
  await steps.getByRole('button', { name: /主管审批/ }).click();
  await boss.locator('.react-flow__node').filter({ hasText: '主管审批' }).getByRole('img', { name: '当前步骤' }).waitFor();
  await steps.getByText('老客户').waitFor();
  await boss.keyboard.press('[');
  await boss.getByText(/^第 2 步，共 \d 步$/).waitFor();
  await boss.locator('.react-flow__node').filter({ hasText: '问订单号' }).getByRole('img', { name: '当前步骤' }).waitFor();
  assert.deepEqual(await findings(boss), []);
  assert.deepEqual(boss.trouble, []);
});

test('with the keyboard alone, and beside the conversation', async () => {
  const visitor = await ask('SO1002');
  await boss.goto(`${server.url}/approvals`);
  const card = boss.getByRole('article', { name: '订单 SO1002 补偿 30 元' });
  await card.getByRole('link', { name: '打开会话' }).waitFor();
  await card.getByRole('link', { name: '打开会话' }).focus();
  await boss.keyboard.press('Enter');
  const beside = boss.getByRole('article', { name: '订单 SO1002 补偿 30 元' });
  await beside.waitFor();
  await boss.getByText('等待中').first().waitFor();
  await beside.getByRole('button', { name: '拒绝' }).focus();
  await boss.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('很抱歉，这次不能补偿。').waitFor();
  await beside.waitFor({ state: 'hidden' });

  const third = await ask('SO1003');
  await boss.goto(`${server.url}/approvals`);
  await boss.getByRole('article', { name: /SO1003/ }).waitFor();
  // No press of the mouse, nothing focused: J takes the first card.
  await boss.keyboard.press('j');
  await boss.keyboard.press('y');
  await third.getByRole('log').getByText('主管已同意，补偿 30 元。').waitFor();
  assert.deepEqual(boss.trouble, []);
  for (const page of [visitor, third]) await page.context().close();
});

test('a run that waits is cancelled with a reason, and nobody can decide it any more', async () => {
  const visitor = await ask('SO1004');
  await boss.goto(`${server.url}/approvals`);
  await boss.getByRole('article', { name: /SO1004/ }).getByRole('link', { name: '查看运行' }).click();
  await boss.getByRole('button', { name: '取消运行' }).click();
  await boss.getByRole('dialog').getByLabel('原因').fill('客户改主意了');
  await boss.getByRole('dialog').getByRole('button', { name: '取消运行' }).click();
  await boss.getByText('已取消', { exact: true }).first().waitFor();
  await boss.goto(`${server.url}/approvals`);
  await boss.getByText('没有待审批的事').waitFor();
  assert.deepEqual(boss.trouble, []);
  await visitor.context().close();
});
