// Two windows of one customer become one case and two again; one window becomes two cases and one again; cases are linked. An agent does
// it with the mouse, the customers see nothing of it but their answers, each in the window it belongs to.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let agent;
const customers = [];
const ids = [];

const log = (page) => page.getByRole('log');
const composer = () => agent.getByRole('textbox', { name: '消息输入框' });

async function answer(text) {
  await composer().fill(text);
  await agent.keyboard.press('Enter');
  await log(agent).getByText(text, { exact: true }).waitFor();
}

/** Asks the API as the agent who is signed in. */
function ask(method, path, body) {
  return agent.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(`/api/v1${path}`, { method, headers: { 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) });
      return { status: answer.status, body: await answer.json() };
    },
    [method, path, body],
  );
}

async function show(id) {
  await agent.goto(`${server.url}/conversations/${id}`);
  await log(agent).waitFor();
}

async function choose(item) {
  await agent.getByRole('button', { name: '更多操作', exact: true }).click();
  await agent.getByRole('menuitem', { name: item }).click();
  return agent.getByRole('dialog');
}

before(async () => {
  server = await Server.start();
  browser = await launch();
  for (const words of ['蓝鲸耳机没有声音', '耳机的发票还没收到']) {
    const customer = await visit(browser, server);
    await say(customer, words);
    await log(customer).getByText('AI 生成').first().waitFor();
    await say(customer, '转人工');
    await customer.getByText(/正在为您转接|排队|接通/).first().waitFor();
    customers.push(customer);
  }
  agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  for (const customer of customers) await log(customer).getByText(/周明.*接入/).waitFor();
  for (const words of ['蓝鲸耳机没有声音', '耳机的发票还没收到']) {
    const found = await ask('GET', `/conversations?q=${encodeURIComponent(words)}`);
    ids.push(found.body.items[0].id);
  }
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('another customer’s conversation is refused, with what to do', async () => {
  await show(ids[1]);
  const dialog = await choose('合并到…');
  await dialog.getByRole('textbox', { name: '搜索客户或消息' }).fill('蓝鲸耳机没有声音');
  await dialog.locator(`[data-conversation="${ids[0]}"]`).click();
  await dialog.getByRole('button', { name: '合并', exact: true }).click();
  await dialog.getByText('请先在客户面板里关联这两位客户').waitFor();
  assert.deepEqual(await findings(agent), []);
  await dialog.getByRole('button', { name: '取消' }).click();

  const contacts = [];
  for (const id of ids) contacts.push((await ask('GET', `/conversations/${id}`)).body.contact.id);
  assert.equal((await ask('POST', `/contacts/${contacts[0]}/links`, { contact_id: contacts[1] })).status, 201);
});

test('a conversation becomes part of another, is answered there by its own window, and is on its own again', async () => {
  await show(ids[1]);
  const dialog = await choose('合并到…');
  await dialog.locator(`[data-conversation="${ids[0]}"]`).click();
  await dialog.getByRole('button', { name: '合并', exact: true }).click();
  await agent.waitForURL(`**/conversations/${ids[0]}`);
  await log(agent).getByText('耳机的发票还没收到', { exact: true }).waitFor();
  await log(agent).getByText('蓝鲸耳机没有声音', { exact: true }).waitFor();

  await say(customers[1], '请问发票呢');
  await log(agent).getByText('请问发票呢', { exact: true }).waitFor();
  await agent.getByRole('combobox', { name: '回复到' }).waitFor();
  await answer('发票马上补开');
  await log(customers[1]).getByText('发票马上补开').waitFor();
  assert.equal(await log(customers[0]).getByText('发票马上补开').count(), 0, 'the other window hears nothing');
  assert.equal(await log(agent).getByText('发票马上补开', { exact: true }).count(), 1);
  await say(customers[0], '耳机呢');
  await log(agent).getByText('耳机呢', { exact: true }).waitFor();
  await answer('耳机给您换新');
  await log(customers[0]).getByText('耳机给您换新').waitFor();
  assert.deepEqual(await findings(agent), []);

  // The mood beside the whole is read from both windows.
  await agent.getByRole('button', { name: '纠正「请问发票呢」' }).waitFor();
  const resolved = await ask('GET', '/conversations?bucket=resolved&limit=200');
  assert.ok(!resolved.body.items.some(({ id }) => id === ids[1]), 'a part is no resolved work of its own');

  await show(ids[1]);
  await agent.getByText('这个会话已并入另一会话，请到那里处理。').waitFor();
  await agent.locator('header').getByText('已合并', { exact: true }).waitFor();
  assert.equal(await agent.locator('header').getByText('已结束', { exact: true }).count(), 0);
  await agent.getByRole('link', { name: '打开主会话' }).click();
  await agent.waitForURL(`**/conversations/${ids[0]}`);
  await log(agent).getByRole('button', { name: '撤销' }).click();
  await log(agent).getByText('已撤销', { exact: true }).waitFor();
  await log(agent).getByText('请问发票呢', { exact: true }).waitFor({ state: 'detached' });
  await show(ids[1]);
  await log(agent).getByText('发票马上补开', { exact: true }).waitFor();
  await say(customers[1], '谢谢您');
  await log(agent).getByText('谢谢您', { exact: true }).waitFor();
});

test('a message becomes a case of its own in the same window, and comes back', async () => {
  await say(customers[0], '还有，我想改收货地址');
  await show(ids[0]);
  // Under the keyboard, not the mouse: what is said meanwhile moves the message away from under a mouse that stands still.
  const message = log(agent).locator('[data-message]', { hasText: '还有，我想改收货地址' }).last();
  await message.focus();
  await message.getByRole('button', { name: '消息操作' }).click();
  await agent.getByRole('menuitem', { name: '从这条拆分…' }).click();
  const dialog = agent.getByRole('dialog');
  await dialog.getByRole('button', { name: '拆分 1 条消息' }).waitFor();
  assert.deepEqual(await findings(agent), []);
  await dialog.getByRole('button', { name: '拆分 1 条消息' }).click();
  await agent.waitForURL((url) => url.pathname.startsWith('/conversations/') && !url.pathname.endsWith(ids[0]));
  await log(agent).getByText('还有，我想改收货地址', { exact: true }).waitFor();
  assert.equal(await log(agent).getByText('蓝鲸耳机没有声音', { exact: true }).count(), 0, 'only what was chosen');

  await answer('新地址请发给我');
  await log(customers[0]).getByText('新地址请发给我').waitFor();
  await say(customers[0], '云杉路 8 号');
  await log(agent).getByText('云杉路 8 号', { exact: true }).waitFor();
  const shown = await log(customers[0]).innerText();
  assert.ok(shown.indexOf('我想改收货地址') < shown.indexOf('新地址请发给我') && shown.indexOf('新地址请发给我') < shown.indexOf('云杉路 8 号'));

  await show(ids[0]);
  await log(agent).getByText('2 条消息在新会话中处理').waitFor();
  assert.equal(await log(agent).getByText('云杉路 8 号', { exact: true }).count(), 0);
  await log(agent).getByRole('button', { name: '展开' }).last().click();
  await log(agent).getByText('云杉路 8 号', { exact: true }).waitFor();
  assert.deepEqual(await findings(agent), []);
  await log(agent).getByRole('button', { name: '撤销' }).last().click();
  await log(agent).getByText('2 条消息在新会话中处理').waitFor({ state: 'detached' });
  await log(agent).getByText('云杉路 8 号', { exact: true }).waitFor();
  await answer('地址已改');
  await log(customers[0]).getByText('地址已改').waitFor();
});

test('linked conversations show each other; the panel takes it back', async () => {
  await show(ids[0]);
  const dialog = await choose('关联…');
  await dialog.locator(`[data-conversation="${ids[1]}"]`).click();
  await dialog.getByRole('button', { name: '关联', exact: true }).click();
  const panel = agent.getByRole('complementary').filter({ hasText: '已关联' }).first();
  await panel.getByText('已关联', { exact: true }).waitFor();
  await panel.getByRole('button', { name: '撤销' }).click();
  await agent.getByText('没有关联的会话').waitFor();
  assert.deepEqual(agent.trouble, []);
  for (const customer of customers) assert.deepEqual(customer.trouble, []);
});

test('the same lines in English', async () => {
  const emma = await open(browser, { locale: 'en-US' });
  await signIn(emma, server, 'emma@bluewhale.example');
  await emma.goto(`${server.url}/conversations/${ids[0]}`);
  await log(emma).getByText(/No longer linked with a conversation of/).waitFor();
  assert.deepEqual(emma.trouble, []);
});
