// The demo's refund from the first word to the money, in both languages: the customer picks an order, a supervisor decides on the dear
// one, the back office pays, and the run can be seen afterwards.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let boss;

before(async () => {
  server = await Server.start();
  browser = await launch();
  boss = await open(browser);
  await signIn(boss, server, 'helan@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a small refund is paid at once', async () => {
  const visitor = await visit(browser, server);
  const log = visitor.getByRole('log');
  await say(visitor, '我要退款');
  await log.getByText('请选择要退款的订单').waitFor();
  await visitor.getByRole('button', { name: /无线耳机 Air 2 299 元/ }).click();
  await log.getByText(/已为您退款 299 元，退款单号 bo_\d+/).waitFor();
  // The same order is not offered again.
  await say(visitor, '我要退款');
  await log.getByText('请选择要退款的订单').nth(1).waitFor();
  assert.equal(await visitor.getByRole('button', { name: /无线耳机 Air 2 299 元/ }).count(), 0);
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});

test('a large refund waits for the supervisor, and the customer is told in English', async () => {
  const visitor = await visit(browser, server, { locale: 'en-US' });
  const log = visitor.getByRole('log');
  await say(visitor, 'I want a refund');
  await log.getByText('Which order should be refunded?').waitFor();
  await visitor.getByRole('button', { name: /Pro headphones/ }).click();
  await log.getByText('A supervisor has to confirm this refund').waitFor();
  await boss.getByRole('link', { name: /审批.*1 件待审批/ }).click();
  const card = boss.getByRole('article', { name: '退款 899 元：降噪头戴耳机 Pro' });
  await card.waitFor();
  assert.deepEqual(await findings(boss), []);
  await card.getByRole('button', { name: '同意' }).click();
  await log.getByText(/¥899 is on its way back, reference bo_\d+/).waitFor();
  await boss.goto(`${server.url}/runs`);
  // Another flow has heard of it and will ask later how it went.
  await boss.getByRole('link', { name: '退款回访', exact: true }).first().waitFor();
  await boss.getByRole('link', { name: '退款', exact: true }).first().click();
  const steps = boss.getByRole('complementary', { name: '步骤' });
  await steps.getByRole('button', { name: /告知退款成功/ }).waitFor();
  // The stock department heard of it by the robot on its old page.
  await steps.getByRole('button', { name: /机器人在仓储旧网页记退货.*完成/ }).waitFor();
  assert.equal(await steps.getByRole('button', { name: /改用接口通知仓库/ }).count(), 0);
  // What it did there is told step by step, without the password it typed.
  await steps.getByRole('button', { name: /机器人在仓储旧网页记退货.*完成/ }).click();
  const said = steps.getByRole('region', { name: '与外部系统的往来' });
  await said.getByRole('heading', { name: '网页操作的步骤' }).waitFor();
  const words = await said.innerText();
  assert.ok(words.includes('ROBOT') && words.includes('with a secret') && !words.includes('cangku-2009'), words);
  assert.deepEqual(await findings(boss), []);
  // Colleagues read in the conversation what came of it; the customer does not.
  await steps.getByRole('button', { name: /给同事留一行.*完成/ }).waitFor();
  assert.equal(await log.getByText('退款单').count(), 0);
  assert.deepEqual(boss.trouble, []);
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});

test('runs are searched for, and an act on all that fit says how many before it is done', async () => {
  const get = (path) => boss.evaluate(async (path) => (await fetch(`/api/v1${path}`)).json(), path);
  const { items } = await get('/runs?state=parked&limit=1');
  const run = items[0].id;
  await boss.goto(`${server.url}/runs`);
  await boss.getByRole('searchbox', { name: '搜索运行' }).fill(run);
  await boss.waitForURL((url) => url.searchParams.get('q') === run);
  const order = async (act) => {
    await boss.getByRole('button', { name: '对全部符合的运行' }).press('Enter');
    await boss.getByRole('menuitem', { name: act, exact: true }).press('Enter');
    return boss.getByRole('dialog');
  };
  const none = await order('重试失败的');
  await none.getByText('没有符合的运行。').waitFor();
  assert.ok(await none.getByRole('button', { name: '重试失败的' }).isDisabled());
  await boss.keyboard.press('Escape');
  const dialog = await order('暂停');
  await dialog.getByText('共 1 次运行。').waitFor();
  assert.deepEqual(await findings(boss), []);
  await dialog.getByRole('button', { name: '暂停 1 次' }).click();
  await boss.getByText('1 次运行已完成').waitFor();
  assert.ok((await get(`/runs/${run}`)).paused_at);
  await (await order('继续')).getByRole('button', { name: '继续 1 次' }).click();
  await dialog.waitFor({ state: 'hidden' });
  assert.equal((await get(`/runs/${run}`)).paused_at, null);
  assert.deepEqual(boss.trouble, []);
});

/** Which order, then why; what happens outside is left out. */
const RETURNS = {
  format: 1,
  id: 'returns',
  name: '换货',
  acting_max: 3,
  variables: ['order', 'reason'].map((name) => ({ name, type: 'any' })),
  nodes: [
    { id: 'start', kind: 'start', title: '客户要换货', settings: { trigger: 'message', phrases: ['我要换货'] } },
    { id: 'which', kind: 'ask', title: '哪一单', timeout_ms: 600_000, settings: { text: '请告诉我订单号。', save: 'order', called: ['订单号'] } },
    { id: 'why', kind: 'ask', title: '为什么', timeout_ms: 600_000, settings: { text: '订单 {{ order }} 为什么要换？', save: 'reason' } },
    { id: 'told', kind: 'say', title: '登记', settings: { text: '已登记 {{ order }}：{{ reason }}' } },
    { id: 'done', kind: 'end', title: '完成', settings: {} },
    { id: 'person', kind: 'hand_off', title: '转人工', settings: {} },
    { id: 'gone', kind: 'end', title: '交给同事', settings: {} },
  ],
  edges: [
    ['start', 'next', 'which'],
    ['which', 'next', 'why'],
    ['why', 'next', 'told'],
    ['told', 'next', 'done'],
    ['person', 'next', 'gone'],
    ...['which', 'why'].flatMap((node) => ['unclear', 'error'].map((port) => [node, port, 'person'])),
  ].map(([from, port, to]) => ({ from, port, to })),
};

test('a customer takes an earlier answer back, and the run tells it', async () => {
  const admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  const post = (path, body) =>
    admin.evaluate(
      async ([path, body]) => {
        const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
        return (await fetch(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).status;
      },
      [path, body],
    );
  assert.equal(await post('/flows', { id: 'returns', name: '换货', document: RETURNS }), 201);
  assert.equal(await post('/flows/returns/publish', { note: '第一版', revision: 1 }), 200);
  await admin.goto(`${server.url}/flows/returns`);
  assert.equal(await admin.getByLabel('同时执行的步骤数').inputValue(), '3');

  const visitor = await visit(browser, server);
  const log = visitor.getByRole('log');
  await say(visitor, '我要换货');
  await log.getByText('请告诉我订单号。').waitFor();
  await say(visitor, 'A1001');
  await log.getByText('订单 A1001 为什么要换？').waitFor();
  await say(visitor, '不对，订单号是 B2002');
  await log.getByText('订单 B2002 为什么要换？').waitFor();
  await say(visitor, '颜色不喜欢');
  await log.getByText('已登记 B2002：颜色不喜欢').waitFor();

  await admin.goto(`${server.url}/runs`);
  await admin.getByRole('link', { name: '换货', exact: true }).first().click();
  const steps = admin.getByRole('complementary', { name: '步骤' });
  await steps.getByRole('button', { name: /为什么.*更正/ }).click();
  await admin.getByText('客户更正： 不对，订单号是 B2002').waitFor();
  assert.deepEqual(await findings(admin), []);
  for (const page of [admin, visitor]) {
    assert.deepEqual(page.trouble, []);
    await page.context().close();
  }
});

test('what was bought too long ago is refused, and a person is at hand', async () => {
  const visitor = await visit(browser, server);
  const log = visitor.getByRole('log');
  await say(visitor, '我要退款');
  await visitor.getByRole('button', { name: /手机支架 69 元/ }).click();
  await log.getByText('付款已超过 7 天').waitFor();
  await visitor.getByRole('button', { name: '转人工' }).last().click();
  await log.getByText('正在为您转接人工客服，请稍候。').waitFor();
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});

test('a refund that fails after the payment is taken back, told honestly, and left to a person with a ticket', async () => {
  const get = (path) => boss.evaluate(async (path) => (await fetch(`/api/v1${path}`)).json(), path);
  const office = (await get('/connectors/backoffice')).base_url;
  const audit = async () => (await fetch(`${office}/audit`)).json();
  // The CRM refuses every note about the first of a customer's orders.
  const order = async (faults) => assert.ok((await fetch(`${office}/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) })).ok);
  const before = await audit();
  await order({ notes_refused_for: '1' });
  const visitor = await visit(browser, server);
  const log = visitor.getByRole('log');
  await say(visitor, '我要退款');
  await visitor.getByRole('button', { name: /无线耳机 Air 2 299 元/ }).click();
  await log.getByText('抱歉，退款没有完成，您的钱没有少').waitFor();
  await log.getByText('正在为您转接人工客服，请稍候。').waitFor();
  await boss.goto(`${server.url}/runs`);
  await boss.getByRole('link', { name: '退款', exact: true }).first().click();
  const steps = boss.getByRole('complementary', { name: '步骤' });
  await steps.getByRole('button', { name: /撤销退款.*完成/ }).waitFor();
  await order({});
  const after = await audit();
  assert.equal(after.refunds - before.refunds, 1);
  assert.equal(after.reversals - before.reversals, 1);
  assert.deepEqual([after.paid_back_twice, after.reversed_twice], [[], []]);
  const { items } = await get('/tickets');
  assert.ok(items.some((ticket) => /^退款没有完成：BW\d{6}1$/.test(ticket.title)), JSON.stringify(items));
  await boss.goto(`${server.url}/tickets`);
  await boss.getByText(/退款没有完成：BW\d{6}1/).first().waitFor();
  assert.deepEqual(boss.trouble, []);
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});
