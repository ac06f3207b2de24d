// A policy is drafted, refused with the place of its fault, tried, published; a promise then counts down in the list and the head of a
// conversation, and its breach is seen without a reload.

import { after, before, test } from 'node:test';
import { Server, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let supervisor;

const POLICY = {
  rules: [{ id: 'all', name: '所有客户', when: { all: [] }, then: { sla: 'quick' } }],
  sla: { quick: { name: '极速', first_response_seconds: 6, resolution_seconds: 7200 } },
};

before(async () => {
  server = await Server.start();
  browser = await launch();
  supervisor = await open(browser);
  await signIn(supervisor, server, 'helan@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const box = () => supervisor.getByRole('textbox', { name: '策略文档' });

test('a draft is checked, tried on the last day and published', async () => {
  await supervisor.goto(`${server.url}/settings/routing`);
  await box().fill(JSON.stringify({ ...POLICY, rules: [{ ...POLICY.rules[0], then: { sla: 'gone' } }] }));
  await supervisor.getByRole('button', { name: '保存草稿' }).click();
  await supervisor.getByText(/policy\.rules\[0\]\.then\.sla.*没有这个服务级别/).waitFor();
  await box().fill(JSON.stringify(POLICY));
  await supervisor.getByRole('button', { name: '保存草稿' }).click();
  await supervisor.getByText('草稿已保存').waitFor();
  await supervisor.getByRole('button', { name: '用过去 24 小时试算' }).click();
  await supervisor.getByRole('region', { name: '试算结果' }).getByText('首次响应达标').waitFor();
  await supervisor.getByRole('button', { name: '发布', exact: true }).click();
  await supervisor.getByRole('alertdialog').or(supervisor.getByRole('dialog')).getByRole('button', { name: '发布' }).click();
  await supervisor.getByText(/第 2 版，.*发布/).waitFor();
  await supervisor.getByRole('listitem').filter({ hasText: '所有客户' }).waitFor();
});

test('skills are written as lines and refused when they are none', async () => {
  await supervisor.getByRole('row', { name: /周明/ }).click();
  const dialog = supervisor.getByRole('dialog');
  await dialog.getByRole('textbox').fill('refund:9');
  await dialog.getByRole('button', { name: '保存草稿' }).click();
  await dialog.getByRole('textbox').fill('refund:3\nenglish：2');
  await dialog.getByRole('button', { name: '保存草稿' }).click();
  await supervisor.getByRole('row', { name: /周明.*refund 3, english 2/ }).waitFor();
});

test('a promise counts down, and its breach is seen without a reload', async () => {
  await supervisor.goto(server.url);
  const visitor = await visit(browser, server);
  await say(visitor, '转人工');
  await supervisor.getByRole('button', { name: /^排队中/ }).click();
  const chip = supervisor.locator('[data-sla][data-metric="first_response"]').first();
  await chip.waitFor();
  await supervisor.locator('[data-sla="breached"][data-metric="first_response"]').first().waitFor({ timeout: 20_000 });
  await supervisor.locator('[role="option"]', { has: supervisor.locator('[data-sla="breached"]') }).first().click();
  await supervisor.getByRole('log').getByText(/服务承诺时间已用 100%/).first().waitFor();
  await supervisor.locator('header [data-sla]').first().waitFor();
});
