// The mood of a conversation beside its thread: the line of turns, an agent's correction, and the message in the learning inbox with what the agent
// said it means. And a group of intents, given and filtered by.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, Server, launch, open, say, signIn, visit } from './harness.mjs';

const ANGRY = '什么态度，太过分了，我要投诉你们！';

let server;
let browser;
let page;

before(async () => {
  server = await Server.start();
  browser = await launch();
  const visitor = await visit(browser, server);
  for (const text of ['你好，我想问一下快递', '等了三天没人理，太失望了', ANGRY]) {
    await say(visitor, text);
    await visitor.getByText(text).first().waitFor();
  }
  await visitor.getByText('正在为您转接人工客服').first().waitFor();
  await visitor.context().close();
  page = await open(browser);
  await signIn(page, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const dialog = () => page.getByRole('dialog');

test('the mood stands beside the thread, turn by turn', async () => {
  const list = await page.evaluate(async () => (await (await fetch('/api/v1/conversations?limit=50')).json()).items);
  const { id } = list.sort((one, other) => other.created_at - one.created_at)[0];
  await page.goto(`${server.url}/conversations/${id}`);
  await page.getByText('情绪在变差').waitFor();
  await page.getByRole('img', { name: /最近 3 句的情绪变化/ }).waitFor();
  await page.getByText('生气', { exact: true }).first().waitFor();
  assert.deepEqual(await findings(page), []);
});

test('a chip in the row and the head says it, and a click marks the words that show it', async () => {
  const said = page.getByRole('log').getByRole('article').filter({ hasText: ANGRY });
  await page.locator('header').getByRole('button', { name: /客户情绪：生气 · \d+%/ }).click();
  await said.locator('mark').first().waitFor();
  await page.goto(`${server.url}/`);
  await page.getByRole('button', { name: /^排队中/ }).first().click();
  await page.getByRole('option').locator('[data-mood=anger]').first().click();
  await said.locator('mark').first().waitFor();
  const marked = (await said.locator('mark').allTextContents()).join('');
  assert.ok(marked.length > 1 && ANGRY.includes(marked.slice(0, 2)), marked);
  assert.deepEqual(await findings(page), []);
});

test('a correction counts in the trend and waits in the learning inbox', async () => {
  await page.getByRole('button', { name: `纠正「${ANGRY}」` }).click();
  await dialog().getByRole('button', { name: '平静' }).click();
  await dialog().getByRole('combobox', { name: '客户的意图' }).click();
  await page.getByRole('option', { name: '查物流' }).click();
  assert.deepEqual(await findings(page), []);
  await dialog().getByRole('button', { name: '保存' }).click();
  await page.getByText('已纠正', { exact: true }).waitFor();
  await page.goto(`${server.url}/understanding?tab=learning`);
  const group = page.getByRole('listitem').filter({ hasText: ANGRY }).first();
  await group.getByText('坐席纠正').waitFor();
  // The intents are read beside the groups: their names may come later.
  await group.getByRole('combobox', { name: '选择意图' }).filter({ hasText: /^查物流$/ }).waitFor();
});

test('an intent is put into a group, and the list is narrowed to it', async () => {
  await page.goto(`${server.url}/understanding`);
  await page.getByRole('link', { name: '查物流' }).click();
  await page.getByLabel('主题分组').fill('物流');
  await page.getByRole('switch', { name: '仅在本主题中理解' }).click();
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.getByText('已保存', { exact: true }).first().waitFor();
  await page.goto(`${server.url}/understanding`);
  await page.getByText('主题：物流（仅在其中）').waitFor();
  await page.getByRole('combobox', { name: '主题分组' }).click();
  await page.getByRole('option', { name: '物流' }).click();
  await page.getByRole('row').nth(2).waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('row').count(), 2, 'the head and the one intent');
  assert.deepEqual(await findings(page), []);
});

test('nothing broke the policy or threw', () => {
  assert.deepEqual(page.trouble, []);
});
