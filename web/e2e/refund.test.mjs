// The demo's refund from the first word to the money, in both languages: the customer picks an order, a supervisor decides on the dear
// one, the back office pays, and the run can be seen afterwards.

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
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a small refund is paid at once', async () => {
  const visitor = await visit(browser, server);
  const log = visitor.getByRole('log');
  await say(visitor, '我要退款');
  await log.getByText('请选择要退款的订单').waitFor();
  await visitor.getByRole('button', { name: /无线耳机 Air 2 299 元/ }).click();
  await log.getByText(/已为您退款 299 元，退款单号 bo_\d+/).waitFor();
  // The same order is not offered again.
  await say(visitor, '我要退款');
  await log.getByText('请选择要退款的订单').nth(1).waitFor();
  assert.equal(await visitor.getByRole('button', { name: /无线耳机 Air 2 299 元/ }).count(), 0);
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});

test('a large refund waits for the supervisor, and the customer is told in English', async () => {
  const visitor = await visit(browser, server, { locale: 'en-US' });
  const log = visitor.getByRole('log');
  await say(visitor, 'I want a refund');
  await log.getByText('Which order should be refunded?').waitFor();
  await visitor.getByRole('button', { name: /Pro headphones/ }).click();
  await log.getByText('A supervisor has to confirm this refund').waitFor();
  await boss.getByRole('link', { name: /审批.*1 件待审批/ }).click();
  const card = boss.getByRole('article', { name: '退款 899 元：降噪头戴耳机 Pro' });
  await card.waitFor();
  assert.deepEqual(await findings(boss), []);
  await card.getByRole('button', { name: '同意' }).click();
  await log.getByText(/¥899 is on its way back, reference bo_\d+/).waitFor();
  await boss.goto(`${server.url}/runs`);
  await boss.getByRole('link', { name: '退款' }).first().click();
  const steps = boss.getByRole('complementary', { name: '步骤' });
  await steps.getByRole('button', { name: /告知退款成功/ }).waitFor();
  assert.deepEqual(boss.trouble, []);
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});

test('what was bought too long ago is refused, and a person is at hand', async () => {
  const visitor = await visit(browser, server);
  const log = visitor.getByRole('log');
  await say(visitor, '我要退款');
  await visitor.getByRole('button', { name: /手机支架 69 元/ }).click();
  await log.getByText('付款已超过 7 天').waitFor();
  await visitor.getByRole('button', { name: '转人工' }).last().click();
  await log.getByText('正在为您转接人工客服，请稍候。').waitFor();
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});
