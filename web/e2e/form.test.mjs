// A flow that a form begins: its start shows what it asks and where it is found; an agent fills it in from the palette and beside a
// conversation, customers fill it in on its page in Chinese and in English, and each time a run begins.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

const FLOW = JSON.parse(await readFile(join(import.meta.dirname, '../../examples/flows/form.json'), 'utf8'));

let server;
let browser;
let boss;
let address;

before(async () => {
  server = await Server.start();
  browser = await launch();
  boss = await open(browser);
  await signIn(boss, server, 'helan@bluewhale.example');
  const made = await call(boss, 'POST', '/flows', { id: 'form', document: FLOW });
  assert.equal(made.id, 'form', JSON.stringify(made));
  const live = await call(boss, 'POST', '/flows/form/publish', { note: '第一版', revision: 1 });
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
      return (await fetch(`/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })).json();
    },
    [method, path, body],
  );

const runs = async () => (await call(boss, 'GET', '/runs?flow=form')).items;
const dialog = (page) => page.getByRole('dialog');

test('the start shows what the form asks and where it is', async () => {
  await boss.goto(`${server.url}/flows/form`);
  await boss.locator('.react-flow__node').filter({ hasText: '开始' }).click();
  const panel = boss.getByRole('complementary', { name: '属性' });
  address = await panel.getByLabel('公开表单的网址').innerText();
  assert.match(address, /\/f\/[^/]+\/form$/);
  const asks = await panel.getByRole('list', { name: '表单会问' }).getByRole('listitem').allInnerTexts();
  assert.deepEqual([asks.length, asks.some((one) => /问题类型\s*3 个选项/.test(one))], [6, true]);
  assert.equal(await panel.getByLabel('触发语句').count(), 0);
  assert.equal(await panel.getByLabel('表单标题').inputValue(), '设备报修');
  await panel.getByRole('button', { name: '修改变量' }).click();
  await panel.locator('details > summary').first().click();
  assert.match(await panel.getByLabel('kind 的选项').inputValue(), /^hardware \| 硬件 \| Hardware\n/);
  assert.deepEqual(boss.trouble, []);
});

test('an agent fills it in from the palette, and sees the run', async () => {
  const agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  await agent.keyboard.press('Control+k');
  await agent.getByRole('combobox', { name: '命令面板' }).fill('填写表单');
  await agent.getByRole('option', { name: /填写表单/ }).waitFor();
  await agent.keyboard.press('Enter');
  await dialog(agent).getByRole('button', { name: /设备报修/ }).click();
  await dialog(agent).getByRole('button', { name: '提交' }).click();
  await dialog(agent).getByText('必填').first().waitFor();
  assert.equal(await dialog(agent).getByText('必填').count(), 4);
  assert.deepEqual(await findings(agent), []);
  await dialog(agent).getByLabel('什么坏了').fill('收银机');
  await dialog(agent).getByLabel('问题类型').click();
  await agent.getByRole('option', { name: '硬件' }).click();
  await dialog(agent).getByLabel('联系电话').fill('13800000000');
  await dialog(agent).getByLabel('希望上门时间').fill('2026-12-01T10:00');
  await dialog(agent).getByRole('button', { name: '提交' }).click();
  await dialog(agent).getByText('已收到，我们会尽快联系您。').waitFor();
  await dialog(agent).getByRole('link', { name: '查看运行记录' }).click();
  await agent.waitForURL(/\/runs\/run_/);
  await agent.getByText('完成').first().waitFor();
  await dialog(agent).waitFor({ state: 'hidden' });
  const [run] = await runs();
  assert.deepEqual([run.trigger, run.state, run.conversation_id], ['form', 'done', null]);
  assert.deepEqual(agent.trouble, []);
  await agent.context().close();
});

test('beside a conversation the run knows it', async () => {
  const agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  await agent.getByText('何小满').first().click();
  await agent.getByRole('log').waitFor();
  const conversation = new URL(agent.url()).pathname.split('/').pop();
  await agent.getByRole('button', { name: '更多操作', exact: true }).click();
  await agent.getByRole('menuitem', { name: '填写表单…' }).click();
  await dialog(agent).getByText('会关联到当前会话。').waitFor();
  await dialog(agent).getByRole('button', { name: /设备报修/ }).click();
  await dialog(agent).getByLabel('什么坏了').fill('空调');
  await dialog(agent).getByLabel('问题类型').click();
  await agent.getByRole('option', { name: '其他' }).click();
  await dialog(agent).getByLabel('联系电话').fill('13800000001');
  await dialog(agent).getByLabel('希望上门时间').fill('2026-12-02T10:00');
  await dialog(agent).getByRole('button', { name: '提交' }).click();
  await dialog(agent).getByText('已收到，我们会尽快联系您。').waitFor();
  const begun = await runs();
  assert.equal(begun.filter((run) => run.conversation_id === conversation).length, 1);
  assert.deepEqual(agent.trouble, []);
  await agent.context().close();
});

test('customers fill it in on its page, in Chinese and in English', async () => {
  const before = (await runs()).length;
  const zh = await open(browser, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
  await zh.goto(address);
  await zh.getByRole('heading', { level: 1, name: '设备报修' }).waitFor();
  assert.deepEqual(await findings(zh), []);
  assert.ok(await zh.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing stands out at the side');
  await zh.getByLabel('什么坏了').fill('<b>打印机</b>');
  await zh.getByLabel('问题类型').selectOption({ label: '软件' });
  await zh.getByLabel('联系电话').fill('13800000002');
  await zh.getByLabel('希望上门时间').fill('2026-12-03T09:30');
  // A browser that knows no numbers sends what was typed.
  await zh.getByLabel('几台').evaluate((input) => input.setAttribute('type', 'text'));
  await zh.getByLabel('几台').fill('两台');
  await zh.getByRole('button', { name: '提交' }).click();
  await zh.getByText('应为整数').waitFor();
  assert.equal(await zh.getByLabel('什么坏了').inputValue(), '<b>打印机</b>');
  assert.equal(await zh.getByLabel('问题类型').inputValue(), 'software');
  assert.deepEqual(await findings(zh), []);
  await zh.getByLabel('几台').fill('2');
  await zh.getByRole('button', { name: '提交' }).click();
  await zh.getByText('已收到，我们会尽快联系您。').waitFor();
  await zh.getByRole('link', { name: '再填一份' }).click();
  await zh.getByLabel('什么坏了').waitFor();
  assert.equal(await zh.getByLabel('什么坏了').inputValue(), '');
  assert.deepEqual(zh.trouble, []);
  await zh.context().close();

  const en = await open(browser, { locale: 'en-US' });
  await en.goto(address);
  await en.getByRole('heading', { level: 1, name: 'Request a repair' }).waitFor();
  await en.getByRole('link', { name: '中文' }).click();
  await en.getByRole('heading', { level: 1, name: '设备报修' }).waitFor();
  await en.getByRole('link', { name: 'English' }).click();
  await en.getByLabel('What is broken').fill('Till');
  await en.getByLabel('Kind of problem').selectOption({ label: 'Hardware' });
  await en.getByLabel('Business stands still').selectOption({ label: 'Yes' });
  await en.getByLabel('Phone').fill('13800000003');
  await en.getByLabel('When we may come').fill('2026-12-03T10:30');
  assert.deepEqual(await findings(en), []);
  await en.getByRole('button', { name: 'Send' }).click();
  await en.getByText('We have it and will call you soon.').waitFor();
  assert.deepEqual(en.trouble, []);
  await en.context().close();

  const begun = await runs();
  assert.equal(begun.length, before + 2);
  const titles = (await call(boss, 'GET', '/tickets')).items.map((ticket) => ticket.title);
  for (const title of ['【影响营业】报修：Till', '报修：<b>打印机</b>']) assert.ok(titles.includes(title), titles.join());
  assert.deepEqual(boss.trouble, []);
});
