// Which tickets are promised what is chosen in a form; a ticket then counts down in the list and on its page, stands still while it waits,
// and a time that somebody gave comes first.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

let server;
let browser;
let supervisor;

const POLICY = { sla: { day: { name: '一天', resolution_seconds: 86_400 }, answers: { name: '响应', first_response_seconds: 60 } } };

const send = (method, path, body) =>
  supervisor.evaluate(
    async ({ method, path, body }) => {
      const answer = await fetch(`/api/v1${path}`, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    },
    { method, path, body },
  );
const routing = () => supervisor.evaluate(async () => (await fetch('/api/v1/routing')).json());

before(async () => {
  server = await Server.start();
  browser = await launch();
  supervisor = await open(browser);
  await signIn(supervisor, server, 'helan@bluewhale.example');
  const { draft } = await routing();
  const { revision } = await send('PUT', '/routing/draft', { policy: POLICY, revision: draft?.revision ?? 0 });
  await send('POST', '/routing/draft/publish', { revision });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a promise to tickets is chosen in a form, and a level without a resolution is refused at its place', async () => {
  await supervisor.goto(`${server.url}/settings/routing`);
  await supervisor.getByRole('tab', { name: '服务级别' }).click();
  await supervisor.getByRole('button', { name: '添加工单承诺' }).click();
  const rule = supervisor.getByRole('group', { name: '第 1 条工单承诺' });
  await rule.getByLabel('工单类型').click();
  await supervisor.getByRole('option', { name: '投诉' }).click();
  await supervisor.keyboard.press('Escape');
  await rule.getByLabel('适用级别').click();
  await supervisor.getByRole('option', { name: '响应', exact: true }).click();
  await supervisor.getByRole('button', { name: '保存草稿' }).click();
  await rule.getByText(/没有承诺解决时间/).waitFor();
  await rule.getByLabel('适用级别').click();
  await supervisor.getByRole('option', { name: '一天', exact: true }).click();
  assert.deepEqual(await findings(supervisor), []);
  await supervisor.getByRole('button', { name: '保存草稿' }).click();
  await supervisor.getByText('草稿已保存').waitFor();
  const { draft } = await routing();
  const when = { all: [{ fact: { name: 'ticket.kind', is: ['complaint'] } }] };
  assert.deepEqual(draft.policy.tickets.map((one) => [one.when, one.sla]), [[when, 'day']]);
  await send('POST', '/routing/draft/publish', { revision: draft.revision });
});

test('a ticket counts down in the list and on its page, and stands still while it waits', async () => {
  await send('POST', '/tickets', { title: '快递员态度', kind: 'complaint' });
  await send('POST', '/tickets', { title: '随便问问', kind: 'general' });
  await supervisor.goto(`${server.url}/tickets`);
  const row = supervisor.getByRole('row', { name: /快递员态度/ });
  await row.locator('[data-sla="ok"]').getByText(/^解决 剩/).waitFor();
  assert.equal(await supervisor.getByRole('row', { name: /随便问问/ }).locator('[data-sla]').count(), 0);
  assert.deepEqual(await findings(supervisor), []);
  await row.getByRole('link', { name: /快递员态度/ }).click();
  await supervisor.locator('[data-sla="ok"]').waitFor();
  await supervisor.getByRole('combobox', { name: '状态', exact: true }).click();
  await supervisor.getByRole('option', { name: '等待中' }).click();
  await supervisor.getByText('解决 已暂停').waitFor();
  assert.equal(await supervisor.locator('[data-sla]').count(), 0);
  assert.deepEqual(await findings(supervisor), []);
  await supervisor.getByRole('combobox', { name: '状态', exact: true }).click();
  await supervisor.getByRole('option', { name: '处理中' }).click();
  await supervisor.locator('[data-sla="ok"]').waitFor();
});

test('a time that somebody gave is counted, and what is over says since when', async () => {
  const ticket = await send('POST', '/tickets', { title: '昨天就该办完', kind: 'complaint', due_at: Date.now() - 3_600_000 });
  await supervisor.goto(`${server.url}/tickets/${ticket.id}`);
  await supervisor.locator('[data-sla="breached"]').getByText(/^解决 超时/).waitFor();
  await supervisor.getByRole('button', { name: '修改期限' }).click();
  const dialog = supervisor.getByRole('dialog');
  await dialog.getByLabel('期限').fill('2099-01-01T09:00');
  assert.deepEqual(await findings(supervisor), []);
  await dialog.getByRole('button', { name: '保存' }).click();
  await supervisor.getByText(/^期限 2099/).waitFor();
  await supervisor.getByRole('button', { name: '修改期限' }).click();
  await dialog.getByRole('button', { name: '取消人工期限' }).click();
  await supervisor.locator('[data-sla="ok"]').waitFor();
  await supervisor.getByText(/^期限 2099/).waitFor({ state: 'detached' });
  assert.deepEqual(supervisor.trouble, []);
});

test('what waits in one\'s team for somebody is counted beside the rail and listed, and gone when it is taken', async () => {
  const me = await supervisor.evaluate(async () => (await fetch('/api/v1/auth/me')).json());
  const [team_id] = me.user.team_ids;
  const before = await supervisor.evaluate(async () => (await fetch('/api/v1/tickets/counts')).json());
  const ticket = await send('POST', '/tickets', { title: '等人接手', team_id });
  const rail = supervisor.getByRole('link', { name: new RegExp(`你的团队有 ${before.team_unassigned + 1} 张工单待分配`) });
  await rail.click();
  await supervisor.getByRole('combobox', { name: '负责人' }).click();
  await supervisor.getByRole('option', { name: /^我的团队待分配（\d+）/ }).click();
  await supervisor.getByRole('row', { name: /等人接手/ }).waitFor();
  await supervisor.getByRole('row', { name: /昨天就该办完/ }).waitFor({ state: 'detached' });
  assert.deepEqual(await findings(supervisor), []);
  await supervisor.evaluate(
    async ({ id, version, me }) => {
      const headers = { 'content-type': 'application/json', 'if-match': `"${version}"` };
      await fetch(`/api/v1/tickets/${id}`, { method: 'PATCH', headers, body: JSON.stringify({ assignee_id: me }) });
    },
    { id: ticket.id, version: ticket.version, me: me.user.id },
  );
  await supervisor.getByRole('row', { name: /等人接手/ }).waitFor({ state: 'detached' });
  assert.deepEqual(supervisor.trouble, []);
});
