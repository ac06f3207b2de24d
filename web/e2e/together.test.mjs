// The day of two people at one desk: the next customer is taken with one press, two who type see each other before the customer hears
// them twice, a message is taken back, and a conversation set aside comes back with the customer's next word.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let admin;
let agent;
let customer;
let id;

const log = (page) => page.getByRole('log');
const composer = (page) => page.getByRole('textbox', { name: '消息输入框' });

before(async () => {
  server = await Server.start();
  browser = await launch();
  agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  // Busy: nothing comes by itself.
  await agent.getByRole('button', { name: /^我的状态/ }).click();
  await agent.getByRole('menuitemradio', { name: /忙碌|培训|会议/ }).first().click();
  customer = await visit(browser, server);
  await say(customer, '蓝鲸耳机没有声音');
  await log(customer).getByText('AI 生成').first().waitFor();
  await say(customer, '转人工');
  await customer.getByText(/正在为您转接|排队|接通/).first().waitFor();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('the next customer is taken with one press', async () => {
  await agent.getByRole('button', { name: '接入下一位' }).click();
  await log(agent).getByText('蓝鲸耳机没有声音', { exact: true }).waitFor();
  id = new URL(agent.url()).pathname.split('/').pop();
  await log(customer).getByText(/周明.*接入/).waitFor();
  assert.deepEqual(await findings(agent), []);
});

test('whoever answers while a colleague types is asked first', async () => {
  admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  await admin.goto(`${server.url}/conversations/${id}`);
  await log(admin).getByText('蓝鲸耳机没有声音', { exact: true }).waitFor();
  await composer(admin).fill('请先重启耳机');
  await composer(agent).pressSequentially('您好', { delay: 50 });
  await admin.getByRole('button', { name: '发送（周明 正在输入）' }).click();
  const asked = admin.getByRole('alertdialog').or(admin.getByRole('dialog'));
  await asked.getByRole('heading', { name: '周明 正在输入' }).waitFor();
  await asked.getByText('同事正在回复这位客户。仍然发送，客户可能收到重复的答复。').waitFor();
  assert.deepEqual(await findings(admin), []);
  await admin.keyboard.press('Escape');
  await asked.waitFor({ state: 'detached' });
  assert.equal(await composer(admin).inputValue(), '请先重启耳机', 'nothing was sent');
  // The colleague types no more.
  await agent.getByRole('button', { name: '发送', exact: true }).waitFor();
  await composer(agent).press('Enter');
  await log(customer).getByText('您好', { exact: true }).waitFor();
  assert.equal(await log(customer).getByText('请先重启耳机').count(), 0);
});

test('a message is taken back on both sides', async () => {
  await composer(agent).fill('退款 9999 元');
  await composer(agent).press('Enter');
  await log(customer).getByText('退款 9999 元').waitFor();
  const message = log(agent).locator('[data-message]', { hasText: '退款 9999 元' }).last();
  await message.focus();
  await message.getByRole('button', { name: '消息操作' }).click();
  await agent.getByRole('menuitem', { name: '撤回' }).click();
  await log(customer).getByText('消息已撤回').waitFor();
  await log(agent).getByText('撤回了一条消息').waitFor();
  assert.equal(await log(customer).getByText('退款 9999 元').count(), 0);
});

test('what is set aside comes back with the customer’s next word', async () => {
  await agent.getByRole('button', { name: /^暂缓/ }).click();
  const dialog = agent.getByRole('dialog');
  await dialog.getByRole('button', { name: /1 小时后/ }).click();
  await dialog.waitFor({ state: 'detached' });
  const status = async () => (await agent.evaluate(async (id) => (await (await fetch(`/api/v1/conversations/${id}`)).json()).status, id));
  assert.equal(await status(), 'snoozed');
  assert.deepEqual(await findings(agent), []);
  await say(customer, '耳机好了，谢谢');
  await log(agent).getByText('耳机好了，谢谢', { exact: true }).waitFor();
  assert.equal(await status(), 'open');
  for (const page of [agent, admin, customer]) assert.deepEqual(page.trouble, []);
});
