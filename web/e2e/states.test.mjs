// Presence and what is written when a conversation is done: a reason for being busy that colleagues see, a form that stands until it is
// written, and what was written, read beside the conversation.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let admin;
let agent;

before(async () => {
  server = await Server.start();
  browser = await launch();
  admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function choose(page, name) {
  await page.getByRole('button', { name: /^我的状态/ }).click();
  await page.getByRole('menuitemradio', { name }).click();
}

test('a reason for being busy is chosen, and colleagues see it', async () => {
  // What comes is for the agent.
  await choose(admin, '会议');
  await admin.getByRole('button', { name: /^我的状态: 会议/ }).waitFor();
  await admin.goto(`${server.url}/settings/people`);
  await choose(agent, '午休');
  await agent.getByRole('button', { name: /^我的状态: 午休/ }).waitFor();
  await admin.getByRole('row', { name: /周明.*午休/ }).waitFor();
  await admin.goto(`${server.url}/floor`);
  await admin.getByRole('row', { name: /周明.*忙碌 · 午休/ }).waitFor();
  await admin.goto(`${server.url}/settings/people`);
  await choose(agent, /^在线/);
  await admin.getByRole('row', { name: /周明.*在线/ }).waitFor();
});

test('the form is made in the settings', async () => {
  await admin.goto(`${server.url}/settings/wrap-up`);
  const ask = admin.getByRole('combobox', { name: /填写$/ });
  await ask.first().waitFor();
  for (let n = 0; n < (await ask.count()); n += 1) {
    await ask.nth(n).click();
    await admin.getByRole('option', { name: '必须填写' }).click();
  }
  for (const [n, [zh, en]] of [['售后', 'After sales'], ['退款', 'Refund']].entries()) {
    await admin.getByRole('button', { name: '添加分类' }).click();
    await admin.getByRole('textbox', { name: '中文名称' }).nth(n).fill(zh);
    await admin.getByRole('textbox', { name: '英文名称' }).nth(n).fill(en);
  }
  await admin.getByRole('button', { name: '降一级' }).nth(1).click();
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('已保存，立即生效').waitFor();
  await admin.reload();
  await admin.locator('li[data-level="1"]').waitFor();
  assert.deepEqual(await findings(admin), []);
});

test('whoever closes a conversation writes it up, and it is read beside the conversation', async () => {
  await agent.goto(server.url);
  const visitor = await visit(browser, server);
  await say(visitor, '转人工');
  await agent.getByText(/^访客/).first().click();
  await agent.getByRole('textbox', { name: '消息输入框' }).fill('已经为您退款');
  await agent.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('已经为您退款').waitFor();
  await agent.getByRole('button', { name: '结束', exact: true }).click();
  const dock = agent.getByRole('region', { name: '会话小结' });
  await dock.waitFor();
  await agent.getByRole('button', { name: /^我的状态: 话后整理/ }).waitFor();
  assert.equal(await dock.getByRole('button', { name: '跳过' }).count(), 0);
  assert.ok(await dock.getByRole('button', { name: '保存小结' }).isDisabled());
  await dock.getByRole('combobox', { name: '分类' }).click();
  await agent.getByRole('option', { name: '售后 / 退款' }).click();
  await dock.getByRole('textbox', { name: '备注' }).fill('已退款 299 元');
  await agent.keyboard.press('Control+Enter');
  await dock.waitFor({ state: 'hidden' });
  await agent.getByRole('button', { name: /^我的状态: 在线/ }).waitFor();
  await agent.getByText('已退款 299 元').waitFor();
});
