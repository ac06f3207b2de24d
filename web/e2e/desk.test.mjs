// A customer, the bot and a person, in two browsers, through a restart of the server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, launch, open, say, signIn, visit } from './harness.mjs';

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

const composer = (page) => page.getByRole('textbox', { name: '消息输入框' });

test('from the bot to a person and back, through a restart, without losing or doubling a word', async () => {
  const visitor = await visit(browser, server);
  await say(visitor, '空调不制冷怎么办');
  await visitor.getByRole('log').getByText('AI 生成').first().waitFor();
  await say(visitor, '转人工');
  await visitor.getByText(/正在为您转接|排队|接通/).first().waitFor();

  const agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  await agent.getByText(/^访客/).first().click();
  await agent.getByRole('log').getByText('空调不制冷怎么办', { exact: true }).waitFor();
  await composer(agent).fill('您好，我是周明，我来帮您看看');
  await agent.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('您好，我是周明，我来帮您看看').waitFor();

  await server.down('SIGKILL');
  await say(visitor, '断线时写的一句话');
  await composer(agent).fill('断线时坐席写的一句话');
  await agent.keyboard.press('Enter');
  await server.up();

  await agent.getByRole('log').getByText('断线时写的一句话').waitFor({ timeout: 60_000 });
  await visitor.getByRole('log').getByText('断线时坐席写的一句话').waitFor({ timeout: 60_000 });
  assert.equal(await agent.getByRole('log').getByText('断线时写的一句话', { exact: true }).count(), 1);
  assert.equal(await visitor.getByRole('log').getByText('断线时坐席写的一句话', { exact: true }).count(), 1);
  assert.deepEqual(visitor.trouble, []);
  assert.deepEqual(agent.trouble, []);
  await visitor.context().close();
  await agent.context().close();
});

test('an agent’s formatting reaches the customer as formatting, and a draft is shown in its row', async () => {
  const visitor = await visit(browser, server);
  await say(visitor, '转人工');
  await visitor.getByText(/正在为您转接|排队|接通/).first().waitFor();
  const agent = await open(browser, { viewport: { width: 1024, height: 800 } });
  await signIn(agent, server, 'zhouming@bluewhale.example');
  await visitor.getByRole('log').getByText(/周明.*接入/).waitFor();
  await say(visitor, '我是后来的客人');
  await agent.getByRole('option').filter({ hasText: '我是后来的客人' }).click();
  await composer(agent).fill('请看 **第二步**，<b>不是</b>第一步');
  await agent.keyboard.press('Enter');
  const log = visitor.getByRole('log');
  await log.locator('strong', { hasText: '第二步' }).waitFor();
  await log.getByText('<b>不是</b>').waitFor();

  await composer(agent).fill('写到一半的话');
  await agent.getByText('何小满').first().click();
  await agent.getByRole('option').filter({ hasText: '[草稿] 写到一半的话' }).waitFor();
  const tops = await agent.getByRole('group', { name: '会话分组' }).getByRole('button').evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
  assert.equal(new Set(tops).size, 1, `the groups stand in one line: ${tops}`);
  assert.deepEqual(agent.trouble, []);
  await visitor.context().close();
  await agent.context().close();
});

test('an agent can work with the keyboard alone', async () => {
  const agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  await agent.getByText('何小满').first().waitFor();
  await agent.keyboard.press('Control+k');
  await agent.getByRole('dialog').waitFor();
  await agent.keyboard.press('Escape');
  await agent.getByRole('dialog').waitFor({ state: 'hidden' });
  await agent.keyboard.press('Alt+j');
  await agent.getByRole('log').waitFor();
  await agent.keyboard.press('Alt+l');
  await agent.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  assert.deepEqual(agent.trouble, []);
  await agent.context().close();
});
