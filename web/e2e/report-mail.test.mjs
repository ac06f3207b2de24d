// Reports by mail: without a mailbox the dialog says what to do; with one a supervisor makes a schedule, sends it at once, and sees how it fares.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

let server;
let browser;
let boss;

const call = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      return (await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
    },
    [method, path, body],
  );

before(async () => {
  server = await Server.start();
  browser = await launch();
  boss = await open(browser);
  await signIn(boss, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('without a mailbox the dialog says where to connect one', async () => {
  await boss.goto(`${server.url}/reports`);
  await boss.getByRole('button', { name: '邮件发送…' }).click();
  await boss.getByRole('dialog').getByText('没有邮件渠道').waitFor();
  assert.deepEqual(await findings(boss), []);
});

test('a schedule is made, changed, sent at once and taken away', async () => {
  const settings = { address: 'help@shop.example', imap_host: '127.0.0.1', smtp_host: '127.0.0.1', password: 'x' };
  await call(boss, 'POST', '/inboxes', { name: '客服邮箱', channel: 'email', channel_settings: settings });
  await boss.reload();
  await boss.getByRole('button', { name: '邮件发送…' }).click();
  const dialog = boss.getByRole('dialog');
  await dialog.getByRole('button', { name: '新建' }).click();
  await dialog.getByLabel('名称').fill('售后周报');
  await dialog.getByLabel('时间').fill('9');
  await dialog.getByText('请按 09:00 的格式填写').waitFor();
  await dialog.getByLabel('时间').fill('08:30');
  await dialog.getByRole('checkbox', { name: /何岚/ }).check();
  assert.deepEqual(await findings(boss), []);
  await dialog.getByRole('button', { name: '创建' }).click();
  await dialog.getByText(/每周一 08:30，发送上一周的 · .*何岚/).waitFor();
  const { items } = await call(boss, 'GET', '/report-schedules');
  assert.deepEqual([items[0].letter.minute, items[0].letter.range, items[0].letter.recipient_ids.length], [510, 'week', 2]);
  await dialog.getByRole('button', { name: '立即发送' }).click();
  await boss.getByText('已交给发信队列').waitFor();
  // Private addresses are refused here: the letter is given up and says why.
  await dialog.getByText(/发送失败/).waitFor();
  assert.deepEqual(await findings(boss), []);
  await dialog.getByRole('button', { name: '编辑「售后周报」' }).click();
  await dialog.getByLabel('内容').click();
  await boss.getByRole('option', { name: '昨天' }).click();
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.getByText(/每天 08:30，发送昨天的/).waitFor();
  await dialog.getByRole('button', { name: '删除「售后周报」' }).click();
  await boss.getByRole('button', { name: '删除', exact: true }).click();
  await dialog.getByText('还没有邮件报表').waitFor();
  assert.deepEqual(boss.trouble, []);
});
