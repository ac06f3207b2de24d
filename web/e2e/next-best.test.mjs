// What to do next beside a thread: a flow for what the customer wants, begun with the keyboard and gone on with by the bot in the same
// conversation; the end, once the customer thanked. Where nothing suggests itself nothing is shown.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, meet, say } from './harness.mjs';

let browser;
let server;
let visitor;
let agent;

before(async () => {
  server = await Server.start();
  browser = await launch();
  ({ visitor, agent } = await meet(browser, server));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const next = () => agent.getByRole('region', { name: '下一步' });
const log = () => visitor.getByRole('log');

async function answer(text) {
  await agent.getByRole('textbox', { name: '消息输入框' }).fill(text);
  await agent.keyboard.press('Enter');
  await log().getByText(text).waitFor();
}

test('what the customer wants is offered with their words, fits a phone and passes the audit', async () => {
  await answer('您好，请讲。');
  assert.equal(await next().count(), 0);
  await say(visitor, '我要退款');
  await next().getByRole('button', { name: '交给机器人办理：退款' }).waitFor();
  await next().getByText('客户说“我要退款”').waitFor();
  assert.deepEqual(await findings(agent), []);
  await agent.keyboard.press('Alt+o');
  await agent.setViewportSize({ width: 390, height: 844 });
  const box = await next().boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
  assert.ok(await agent.evaluate(() => document.documentElement.scrollWidth <= 390));
  await agent.setViewportSize({ width: 1440, height: 900 });
});

test('the keyboard begins it, and the flow goes on with the customer', async () => {
  await agent.keyboard.press('Alt+b');
  await agent.waitForFunction(() => document.activeElement?.textContent?.includes('交给机器人办理'));
  await agent.keyboard.press('Enter');
  await agent.getByText('已交给机器人：退款').waitFor();
  await log().getByText('请选择要退款的订单').waitFor();
  await agent.getByRole('log').getByText('请选择要退款的订单').waitFor();
  await next().waitFor({ state: 'detached' });
});

test('after thanks the end is one press away', async () => {
  await answer('已经为您登记好了。');
  assert.equal(await next().getByRole('button', { name: /退款/ }).count(), 0, 'what was begun is not offered again');
  await say(visitor, '好的，谢谢！');
  const end = next().getByRole('button', { name: '结束会话' });
  await end.waitFor();
  await next().getByText('客户说“好的，谢谢！”').waitFor();
  await end.click();
  await agent.locator('header').getByText('已结束', { exact: true }).waitFor();
  await next().waitFor({ state: 'detached' });
  for (const page of [visitor, agent]) assert.deepEqual(page.trouble, []);
});
