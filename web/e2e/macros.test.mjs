// A canned response that does more than speak: made in the settings, chosen with `/`, seen above the words before they go, and done
// with them; the words alone can be sent as well.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let boss;
let agent;
let visitor;

before(async () => {
  server = await Server.start();
  browser = await launch();
  boss = await open(browser);
  await signIn(boss, server, 'helan@bluewhale.example');
  agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const dialog = () => boss.getByRole('dialog');

test('it is made in the settings, and what cannot be is said', async () => {
  await boss.goto(`${server.url}/settings/canned`);
  await boss.getByRole('button', { name: '新建快捷回复' }).click();
  await dialog().getByLabel('快捷词').fill('办完');
  await dialog().getByLabel('内容', { exact: true }).fill('已经为您办好了。');
  const add = dialog().getByRole('button', { name: '添加动作' });
  const kinds = () => dialog().getByRole('combobox', { name: '动作', exact: true });
  await add.click();
  await kinds().first().click();
  await boss.getByRole('option', { name: '结束会话' }).click();
  await add.click();
  await dialog().getByRole('combobox', { name: '标签', exact: true }).click();
  await boss.getByRole('option', { name: '退款', exact: true }).click();
  await dialog().getByRole('button', { name: '创建' }).click();
  await dialog().getByText(/只能是最后一个动作/).waitFor();
  assert.deepEqual(await findings(boss), []);
  await kinds().first().click();
  await boss.getByRole('option', { name: '写备注' }).click();
  await dialog().getByRole('textbox', { name: '备注内容，客户看不到' }).fill('按规则办理');
  await add.click();
  await kinds().nth(2).click();
  await boss.getByRole('option', { name: '结束会话' }).click();
  await dialog().getByRole('button', { name: '创建' }).click();
  await boss.getByText('发送后 → 写备注、加标签「退款」、结束会话').waitFor();
});

async function choose(words) {
  visitor = await visit(browser, server);
  await say(visitor, words);
  await visitor.getByText(/正在为您转接/).first().waitFor();
  await agent.goto(server.url);
  await agent.getByText(/^访客/).first().click();
  const field = agent.getByRole('textbox', { name: '消息输入框' });
  await field.fill('/办完');
  await agent.getByRole('option', { name: /办完/ }).waitFor();
  await field.press('Enter');
  await agent.getByRole('status').getByText('写备注、加标签「退款」、结束会话').waitFor();
  return field;
}

test('the words and the actions go together', async () => {
  const field = await choose('转人工');
  await field.press('Enter');
  await visitor.getByText('已经为您办好了。').waitFor();
  await agent.getByRole('log').getByText('按规则办理').waitFor();
  await agent.getByRole('log').getByText(/结束了会话|会话已结束/).first().waitFor();
  await agent.getByText('退款', { exact: true }).first().waitFor();
});

test('only the words, where that is wanted', async () => {
  const field = await choose('我要找人工客服');
  await agent.getByRole('button', { name: '只发送文字' }).click();
  await field.press('Enter');
  await visitor.getByText('已经为您办好了。').waitFor();
  assert.equal(await agent.getByRole('log').getByText('按规则办理').count(), 0);
  for (const page of [boss, agent, visitor]) assert.deepEqual(page.trouble, []);
});
