// The refund flow without a mouse: built from an empty flow in the outline, tried, tested, published, run with a customer and a
// supervisor, changed, compared, published again and rolled back. Rows of a form deleted, with the keyboard still in the form.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Keys, SUPERVISOR, author, call, dialog, draftOf, drawn, edgesOf, rollBack, saved, tree } from './builder.mjs';
import { Server, findings, launch, say, visit } from './harness.mjs';

let server;
let browser;
let page;
let keys;
let boss;
let flow;

before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await author(browser, server);
  boss = await author(browser, server, {}, SUPERVISOR);
  keys = new Keys(page);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const type = (text) => page.keyboard.type(text);
const drawer = () => page.getByRole('region', { name: '试运行' });

/** The name of the step, whose field has the focus when its form is opened. */
async function title(text) {
  await keys.press('Control+a');
  await type(text);
}

/** Where the result goes, in a variable that is made for it. */
async function keep(name) {
  await keys.fill('保存到', name);
  await keys.tabTo(`新建变量 ${name}`);
  await keys.press('Enter');
  assert.match(await keys.name(), /^保存到/, 'the button is gone, and the keyboard is not lost with it');
}

/** A step put behind the chosen one, with its form open. */
async function add(typed, name) {
  await keys.press('a');
  await keys.pick(typed, name);
  await keys.edit();
}

test('with the keyboard alone: an empty flow opens as an outline and becomes a refund', async () => {
  await keys.press('g', 'f');
  await page.getByRole('heading', { name: '流程', exact: true }).waitFor();
  await keys.tabTo('新建流程');
  await keys.press('Enter');
  await dialog(page).getByText('查询订单', { exact: true }).waitFor();
  await type('小额退款');
  await keys.press('Enter');
  await page.getByRole('heading', { level: 1, name: '小额退款' }).waitFor();
  flow = new URL(page.url()).pathname.split('/').pop();
  await keys.tabTo('大纲');
  await keys.press('Enter');
  await tree(page).waitFor();
  await keys.tabTo('大纲');

  await keys.inOutline();
  await keys.press('Home');
  await keys.edit();
  await keys.choose('触发方式', '客户消息');
  await keys.fill('触发语句', '键盘退款');
  await keys.leave();

  // The flow itself: from which sum on a supervisor decides.
  await keys.press('Escape');
  await keys.tabTo('添加变量');
  await keys.press('Enter');
  await keys.back('变量名 value_1');
  await title('limit');
  await keys.choose('limit 的类型', '数字');
  await keys.fill('limit 的默认值', '100');
  await page.getByLabel('limit', { exact: true }).waitFor();
  assert.equal(await keys.name(), 'limit 的默认值', 'the field keeps the focus while a value to adjust appears');
  await keys.leave();

  await keys.go('开始');
  await add('xwkh', '询问客户');
  await title('问订单号');
  await keys.fill('问题', '请告诉我订单号。');
  await keep('order_id');
  await keys.tabTo('在「没听懂」后添加步骤');
  await keys.press('Enter');
  await keys.pick('zrg', '转人工');
  await keys.inOutline();
  await keys.edit();
  await keys.fill('交接说明', '没有办成的退款');
  await keys.choose('下一步 通往', '结束');
  await keys.leave();
  await keys.go('问订单号');
  await keys.edit();
  await keys.choose('失败 通往', '转人工');
  await keys.leave();

  await add('look up one', 'Look up one order');
  await title('查订单');
  await keys.fill('id', '{{ order_id }}');
  await keep('order');
  await keys.choose('失败 通往', '转人工');
  await keys.leave();

  await add('tjpd', '条件判断');
  await title('金额大吗');
  await keys.fill('条件', 'order.amount > limit');
  await keys.tabTo('在「是」后添加步骤');
  await keys.press('Enter');
  await keys.pick('rgsp', '人工审批');
  await keys.inOutline();
  await keys.edit();
  await title('主管审批');
  await keys.fill('审批人', 'supervisor');
  await keys.fill('标题', '{{ order_id }} 退 {{ order.amount }} 元');
  await keys.choose('拒绝 通往', '转人工');
  await keys.choose('失败 通往', '转人工');
  await keys.leave();

  await add('pay an order', 'Pay an order back');
  await title('退钱');
  await keys.fill('order_id', '{{ order_id }}');
  await keys.fill('amount', '{{ order.amount }}');
  await keep('refund');
  await keys.choose('失败 通往', '转人工');
  await keys.leave();
  await keys.go('金额大吗');
  await keys.edit();
  await keys.choose('否 通往', '退钱');
  await keys.leave();
  await keys.go('退钱');
  await add('hfkh', '回复客户');
  await title('告知结果');
  await keys.fill('内容', '已退款 {{ order.amount }} 元，单号 {{ refund.id }}');
  await keys.leave();

  const document = await draftOf(page, flow);
  assert.deepEqual(edgesOf(document), [
    'approval approved refund_order',
    'approval error hand_off',
    'approval rejected hand_off',
    'ask error hand_off',
    'ask next get_order',
    'ask unclear hand_off',
    'choose no refund_order',
    'choose yes approval',
    'get_order error hand_off',
    'get_order next choose',
    'hand_off next end',
    'refund_order error hand_off',
    'refund_order next say',
    'say next end',
    'start next ask',
  ]);
  await page.getByText('没有问题').waitFor();
  assert.deepEqual(await findings(page), []);
});

test('with the keyboard alone: it is tried, the try is kept as a test, and it goes live', async () => {
  await keys.back('试运行');
  await keys.press('Enter');
  await drawer().waitFor();
  await keys.tabTo('开始');
  await keys.press('Enter');
  await drawer().getByRole('log').getByText('请告诉我订单号。').waitFor();
  await keys.tabTo('客户的回复');
  await type('SO20260001');
  await keys.press('Enter');
  await drawer().getByRole('textbox', { name: '查订单 返回的内容' }).waitFor();
  await keys.fill('查订单 返回的内容', '{"amount": 900}');
  await keys.tabTo('返回');
  await keys.press('Enter');
  await drawer().getByText('停在「主管审批」').waitFor();
  await keys.tabTo('同意');
  await keys.press('Enter');
  await drawer().getByRole('textbox', { name: '退钱 返回的内容' }).waitFor();
  await keys.fill('退钱 返回的内容', '{"id": "bo_7"}');
  await keys.tabTo('返回');
  await keys.press('Enter');
  await drawer().getByRole('log').getByText('已退款 900 元，单号 bo_7').waitFor();
  await drawer().getByText('流程已完成').waitFor();
  await keys.back('存为测试');
  await keys.press('Enter');
  await keys.back('测试');
  await keys.press('Enter');
  await keys.tabTo('运行全部测试');
  await keys.press('Enter');
  await drawer().getByRole('list', { name: '测试' }).getByText('测试 1').waitFor();
  assert.equal(await drawer().getByRole('img', { name: '未通过' }).count(), 0);
  await keys.back('关闭试运行');
  await keys.press('Enter');
  await drawer().waitFor({ state: 'detached' });
  await saved(page);
  await publish(1);
});

/** Goes live from wherever the keyboard is; `changed` is what the dialog must show as new. */
async function publish(number, changed = null) {
  await keys.tabTo('发布');
  await keys.press('Enter');
  await (changed === null ? dialog(page).getByText(/第一次发布/) : dialog(page).locator('ins', { hasText: changed })).waitFor();
  await keys.press('Enter');
  await page.getByText(`版本 ${number} 已上线`).waitFor();
}

/** A customer asks for the money of an order; a supervisor agrees with the keyboard where one is asked. */
async function refund(order, { isAsked, told }) {
  const visitor = await visit(browser, server);
  const log = visitor.getByRole('log');
  await say(visitor, '键盘退款');
  await log.getByText('请告诉我订单号。').waitFor();
  await say(visitor, order);
  if (isAsked) {
    await boss.goto(`${server.url}/approvals`);
    await boss.getByRole('article', { name: new RegExp(`^${order} 退 \\d+ 元$`) }).waitFor();
    const hands = new Keys(boss);
    await hands.tabTo('同意');
    await hands.press('Enter');
  }
  await log.getByText(told).waitFor();
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
}

test('with the keyboard alone: it runs, is changed, compared, published and rolled back', async () => {
  await refund('SO20260001', { isAsked: true, told: /^已退款 281 元，单号 bo_\d+$/ });

  await keys.tabTo('大纲');
  await keys.inOutline();
  await keys.press('Escape');
  await keys.fill('limit', '300');
  await keys.leave();
  await keys.go('告知结果');
  await keys.edit();
  await keys.fill('内容', '办好了：{{ order.amount }} 元，单号 {{ refund.id }}');
  await keys.leave();
  await saved(page);
  await keys.back('试运行');
  await publish(2, '办好了');
  await refund('SO20260002', { isAsked: false, told: /^办好了：282 元，单号 bo_\d+$/ });

  await keys.back('更多');
  await keys.press('Enter');
  await page.getByRole('menuitem', { name: '版本与回滚' }).waitFor();
  await keys.press('Enter');
  await page.locator('ins', { hasText: '300' }).waitFor();
  await page.locator('del', { hasText: '已退款' }).waitFor();
  await rollBack(page, keys);
  await refund('SO20260003', { isAsked: true, told: /^已退款 283 元，单号 bo_\d+$/ });
  const { items } = await call(page, 'GET', `/flows/${flow}/releases`);
  assert.deepEqual(items.map((one) => one.kind).sort(), ['publish', 'publish', 'rollback']);
  for (const one of [page, boss]) assert.deepEqual(one.trouble, []);
});

test('with the keyboard alone: rows are deleted one after the other, and the keyboard stays where they were', async () => {
  const rows = ['a', 'b', 'c'];
  const id = await drawn(page, {
    format: 1,
    id: 'x',
    name: '删着看',
    variables: rows.map((name) => ({ name, type: 'text' })),
    nodes: [
      { id: 'start', kind: 'start', settings: { trigger: 'api' } },
      { id: 'hello', kind: 'say', title: '问好', settings: { text: '您好', links: rows.map((label) => ({ label, url: `https://shop.example/${label}` })) } },
      { id: 'end', kind: 'end', settings: {} },
    ],
    edges: [{ from: 'start', to: 'hello' }, { from: 'hello', to: 'end' }],
  });
  await page.goto(`${server.url}/flows/${id}`);
  await page.getByRole('heading', { level: 1, name: '删着看' }).waitFor();
  await keys.tabTo('大纲');
  await keys.press('Enter');
  await keys.tabTo('大纲');
  await keys.inOutline();
  await keys.press('Escape');
  /** The name that has the keyboard after a row is gone. */
  const now = (name) => page.waitForFunction((name) => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent) === name, name);
  await keys.tabTo('删除变量 b');
  for (const next of ['删除变量 c', '删除变量 a', '添加变量']) {
    await keys.press('Enter');
    await now(next);
  }
  await keys.leave();
  await keys.go('问好');
  await keys.edit();
  await keys.tabTo('删除第 3 项');
  for (const next of ['删除第 2 项', '删除第 1 项', '添加一项']) {
    await keys.press('Enter');
    await now(next);
  }
  const { variables = [], nodes } = await draftOf(page, id);
  assert.deepEqual(variables, []);
  assert.deepEqual(nodes[1].settings.links ?? [], []);
  await call(page, 'DELETE', `/flows/${id}`);
  assert.deepEqual(page.trouble, []);
});
