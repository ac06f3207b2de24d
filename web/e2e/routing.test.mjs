// A policy is drafted in forms and as text, refused with the place of its fault, tried, published; a promise then counts down in the list and the head of a
// conversation, and its breach is seen without a reload.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

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
const tab = (name) => supervisor.getByRole('tab', { name });
const card = (name) => supervisor.getByRole('listitem', { name });
const save = () => supervisor.getByRole('button', { name: '保存草稿' }).click();

async function choose(field, option) {
  await field.click();
  await supervisor.getByRole('option', { name: option, exact: true }).click();
}

test('a service level and who gets it are written in forms, and what is missing is said at its place', async () => {
  await supervisor.goto(`${server.url}/settings/routing`);
  await tab('服务级别').click();
  await supervisor.getByRole('button', { name: '新建服务级别' }).click();
  const level = card('服务级别：新服务级别');
  await level.getByLabel('名称').fill('网站承诺');
  const named = card('服务级别：网站承诺');
  await named.getByRole('textbox', { name: '首次响应' }).fill('90');
  await choose(named.getByRole('combobox', { name: '首次响应: 单位' }), '秒');
  await named.getByRole('button', { name: '加预警（75%）' }).click();
  const warning = named.getByRole('group', { name: '超时前 75%' });
  await warning.getByText('提高优先级').click();
  await warning.getByRole('textbox', { name: '提高优先级' }).fill('15');
  assert.deepEqual(await findings(supervisor), []);
  await named.getByRole('button', { name: '指定适用会话' }).click();
  await supervisor.getByRole('menuitem', { name: '按渠道' }).click();
  await save();
  await supervisor.getByRole('status').filter({ hasText: '有 1 处需要修改' }).waitFor();
  const rule = card(/^规则 \d+：渠道：网站承诺/);
  await rule.getByRole('button', { name: /展开/ }).click();
  await rule.getByText('请填写要比较的值').waitFor();
  await choose(rule.getByRole('combobox', { name: '值', exact: true }), '网站聊天');
  await supervisor.keyboard.press('Escape');
  await rule.getByRole('button', { name: '加动作' }).click();
  await supervisor.getByRole('menuitem', { name: '优先级' }).click();
  await rule.getByRole('textbox', { name: '优先级' }).fill('25');
  assert.deepEqual(await findings(supervisor), []);
  await save();
  await supervisor.getByText('草稿已保存').waitFor();
  const { draft } = await supervisor.evaluate(async () => (await fetch('/api/v1/routing')).json());
  const made = draft.policy.rules.at(-1);
  assert.deepEqual(made.when, { all: [{ fact: { name: 'channel', is: ['web'] } }] });
  assert.deepEqual(made.then, { priority: 25, sla: 'level' });
  assert.equal(draft.policy.sla.level.first_response_seconds, 90);
  assert.deepEqual(draft.policy.sla.level.escalation.at(-1), { metric: null, at_percent: 75, actions: ['notify_owner', { priority: 15 }] });
});

test('people are compared by weights, and a number out of range is refused at its field', async () => {
  await tab('分配与忙碌').click();
  await supervisor.getByRole('button', { name: '按权重打分' }).click();
  const weight = supervisor.getByRole('textbox', { name: '上次接待的坐席: 权重' });
  await weight.fill('2000');
  await save();
  await supervisor.getByText(/超出范围/).first().waitFor();
  assert.equal(await weight.getAttribute('aria-invalid'), 'true');
  await weight.fill('45.5');
  await save();
  await supervisor.getByText('草稿已保存').last().waitFor();
  await supervisor.getByText('有未保存的修改。').waitFor({ state: 'hidden' });
  assert.deepEqual(await findings(supervisor), []);
});

test('a draft written as text is checked, tried on the last day and published', async () => {
  await supervisor.goto(`${server.url}/settings/routing`);
  await tab('JSON').click();
  await box().fill('{');
  await supervisor.getByText(/不是合法的 JSON/).first().waitFor();
  await box().fill(JSON.stringify({ ...POLICY, rules: [{ ...POLICY.rules[0], then: { sla: 'gone' } }] }));
  await save();
  await supervisor.getByText(/rules\[0\]\.then\.sla.*没有这个服务级别/).waitFor();
  await tab('规则').click();
  await card('规则 1：所有客户').getByRole('button', { name: /展开/ }).click();
  await card('规则 1：所有客户').getByText(/没有这个服务级别/).waitFor();
  await tab('JSON').click();
  await box().fill(JSON.stringify(POLICY));
  await save();
  await supervisor.getByText('草稿已保存').waitFor();
  await supervisor.getByRole('button', { name: '用过去 24 小时试算' }).click();
  await supervisor.getByRole('region', { name: '试算结果' }).getByText('首次响应达标').waitFor();
  await supervisor.getByRole('button', { name: '发布', exact: true }).click();
  const confirm = supervisor.getByRole('alertdialog').or(supervisor.getByRole('dialog'));
  await confirm.getByLabel('说明').fill('活动期间提速');
  await confirm.getByRole('button', { name: '发布' }).click();
  await supervisor.getByText(/第 2 版，.*发布/).waitFor();
  await supervisor.getByRole('listitem').filter({ hasText: '所有客户' }).first().waitFor();
  assert.deepEqual(supervisor.trouble, []);
});

test('an earlier policy is looked at and put back into the draft', async () => {
  await supervisor.goto(`${server.url}/settings/routing`);
  await supervisor.getByRole('button', { name: '历史版本' }).click();
  const dialog = supervisor.getByRole('dialog', { name: '历史版本' });
  await dialog.getByRole('button', { name: /第 2 版.*当前生效.*活动期间提速.*何岚/ }).waitFor();
  await dialog.getByRole('region', { name: '第 2 版' }).getByText('所有客户', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: /^第 1 版/ }).click();
  await dialog.getByRole('region', { name: '第 1 版' }).waitFor();
  assert.deepEqual(await findings(supervisor), []);
  await dialog.getByRole('button', { name: '把第 1 版放入草稿' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await supervisor.getByText('有未保存的修改。').waitFor();
  await save();
  await supervisor.getByText('有未保存的修改。').waitFor({ state: 'hidden' });
  const [draft, versions] = await supervisor.evaluate(async () => Promise.all(['/routing', '/routing/versions'].map(async (path) => (await fetch(`/api/v1${path}`)).json())));
  const ids = (policy) => policy.rules.map((rule) => rule.id);
  assert.deepEqual(ids(draft.draft.policy), ids(versions.items.find((one) => one.version === 1).policy));
  assert.equal(draft.live.version, 2, 'what is in force stays until it is published');
});

test('what a person can do is written in rows', async () => {
  await supervisor.getByRole('button', { name: '周明' }).click();
  const dialog = supervisor.getByRole('dialog', { name: '周明' });
  await dialog.getByRole('button', { name: '加技能' }).click();
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.getByText('请填写技能名称').waitFor();
  await dialog.getByRole('textbox', { name: '技能' }).last().fill('refund');
  await choose(dialog.getByRole('combobox', { name: '级别（1–5）' }).last(), '3');
  await dialog.getByRole('button', { name: '加渠道上限' }).click();
  await dialog.getByRole('textbox', { name: '渠道上限 1' }).fill('2');
  assert.deepEqual(await findings(supervisor), []);
  await dialog.getByRole('button', { name: '保存' }).click();
  await supervisor.getByRole('row', { name: /周明.*refund 3.*网站聊天 2/ }).waitFor();
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
