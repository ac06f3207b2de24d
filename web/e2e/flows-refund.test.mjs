// The refund flow from its template: drawn, tried, published, compared and rolled back with the mouse, and again with the keyboard alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Keys, author, box, call, dialog, panel, rollBack, saved, tree as outline } from './builder.mjs';
import { Server, findings, launch, say, visit } from './harness.mjs';

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A customer says the words that begin the flow, names an order, and gets the money back. */
async function refunded(start, order) {
  const visitor = await visit(browser, server);
  const log = visitor.getByRole('log');
  await say(visitor, start);
  await log.getByText('请告诉我订单号。').waitFor();
  await say(visitor, order);
  await log.getByText(/已为您退款 \d+ 元，单号 bo_\d+/).waitFor();
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
}

async function simulate(page) {
  const drawer = page.getByRole('region', { name: '试运行' });
  await drawer.getByRole('button', { name: '开始', exact: true }).click();
  await drawer.getByRole('log').getByText('请告诉我订单号。').waitFor();
  await drawer.getByRole('textbox', { name: '客户的回复' }).fill('SO20260001');
  await drawer.getByRole('button', { name: '发送' }).click();
  const answer = drawer.getByRole('textbox', { name: '查订单 返回的内容' });
  await answer.fill('{"paid": true, "refunded": false, "amount": 1280}');
  await drawer.getByRole('button', { name: '返回', exact: true }).click();
  await drawer.getByText('停在「主管审批」').waitFor();
  return drawer;
}

test('with the mouse: build, try, test, publish, run, compare, roll back', async () => {
  const page = await author(browser, server);
  const office = (await call(page, 'GET', '/connectors/backoffice')).base_url;
  await page.getByRole('link', { name: '流程', exact: true }).click();
  await page.getByRole('button', { name: '新建流程' }).first().click();
  await dialog(page).getByText('退款', { exact: true }).click();
  assert.equal(await dialog(page).getByLabel('名称').inputValue(), '退款');
  await dialog(page).getByRole('button', { name: '创建' }).click();
  await box(page, '问订单号').waitFor();

  await box(page, '问订单号').click();
  await panel(page).getByLabel('问题').fill('请问您的订单号是多少？');
  await saved(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '撤销', exact: true }).click();
  assert.equal(await panel(page).getByLabel('问题').inputValue(), '请告诉我订单号。');

  // The systems it calls, and the words it begins with.
  await page.locator('.react-flow__pane').click({ position: { x: 300, y: 60 } });
  await panel(page).getByLabel('base', { exact: true }).first().fill(office);
  // A step put on the line behind the start, by the palette.
  await box(page, '开始').click();
  await panel(page).getByLabel('触发语句').fill('我要退货款');
  await page.getByRole('region', { name: '步骤' }).getByRole('button', { name: '回复客户' }).click();
  await panel(page).getByLabel('内容').fill('好的，我来帮您办退款。');
  await saved(page);

  await page.getByRole('button', { name: '试运行' }).click();
  const drawer = await simulate(page);
  await drawer.getByText('好的，我来帮您办退款。').waitFor();
  await box(page, '主管审批').getByRole('img', { name: '等待中' }).waitFor();
  // Gone through event by event, and to the end again.
  await drawer.getByRole('button', { name: '从第一个事件开始逐步看' }).click();
  await drawer.getByText('停在「回复客户」').waitFor();
  await drawer.getByRole('button', { name: '前进一个事件' }).click();
  await drawer.getByText('停在「问订单号」').waitFor();
  await drawer.getByRole('button', { name: '运行到底' }).click();
  await drawer.getByText('停在「主管审批」').waitFor();
  await drawer.getByRole('button', { name: '存为测试' }).click();
  await drawer.getByRole('button', { name: '测试', exact: true }).click();
  await drawer.getByRole('button', { name: '运行全部测试' }).click();
  await drawer.getByRole('list', { name: '测试' }).getByText('测试 6').waitFor();
  assert.equal(await drawer.getByRole('img', { name: '未通过' }).count(), 0);
  await page.getByRole('button', { name: '关闭试运行' }).click();

  await page.getByRole('button', { name: '发布', exact: true }).click();
  await dialog(page).getByText(/第一次发布/).waitFor();
  await dialog(page).getByRole('button', { name: '确认发布' }).click();
  await page.getByText('版本 1 已上线').waitFor();

  await refunded('我要退货款', 'SO20260001');
  await page.getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '运行记录' }).click();
  await page.getByRole('link', { name: '退款', exact: true }).first().click();
  await page.getByRole('complementary', { name: '步骤' }).getByRole('button', { name: /问订单号.*完成/ }).waitFor();
  await page.goBack();
  await page.goBack();
  await box(page, '问订单号').waitFor();

  // An emptied value stays in its field and keeps the flow from being published.
  await panel(page).getByLabel('limit').first().fill('');
  await panel(page).getByText('请输入数字').first().waitFor();
  await page.getByRole('button', { name: '发布', exact: true }).click();
  assert.ok(await dialog(page).getByRole('button', { name: '确认发布' }).isDisabled());
  await page.keyboard.press('Escape');
  await panel(page).getByLabel('limit').first().fill('800');
  await saved(page);
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await dialog(page).locator('del', { hasText: '500' }).waitFor();
  await dialog(page).getByRole('button', { name: '确认发布' }).click();
  await page.getByText('版本 2 已上线').waitFor();

  await page.getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '版本与回滚' }).click();
  await page.locator('ins', { hasText: '800' }).waitFor();
  await page.getByRole('button', { name: /^版本 1/ }).click();
  await page.getByRole('button', { name: '回滚到版本 1' }).click();
  await dialog(page).getByRole('button', { name: '回滚到版本 1' }).click();
  await page.getByText('版本 1 已重新上线').waitFor();
  await page.getByRole('list', { name: '上线记录' }).getByText('回滚', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^版本 1\s*线上/ }).waitFor();
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});

test('with the keyboard alone: build, try, test, publish, run, compare, roll back', async () => {
  const page = await author(browser, server);
  const office = (await call(page, 'GET', '/connectors/backoffice')).base_url;
  const keys = new Keys(page);
  const focused = (selector) => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
  await keys.press('g', 'f');
  await page.getByRole('heading', { name: '流程', exact: true }).waitFor();
  await page.getByText('退款', { exact: true }).first().waitFor();
  await keys.tabTo('新建流程');
  await keys.press('Enter');
  await dialog(page).getByText('查询订单', { exact: true }).waitFor();
  await page.keyboard.type('键盘退款');
  await keys.press('Tab', 'ArrowDown', 'Enter');
  await page.getByRole('heading', { name: '键盘退款' }).waitFor();

  await keys.tabTo('大纲');
  await keys.press('Enter');
  const tree = outline(page);
  await tree.waitFor();
  await keys.tabTo('大纲');
  await keys.inOutline();
  await keys.press('a');
  await dialog(page).getByRole('combobox').waitFor();
  await page.keyboard.type('hfkh');
  await dialog(page).getByRole('option', { name: /回复客户/ }).first().waitFor();
  await keys.press('Enter');
  await tree.getByRole('treeitem', { selected: true }).filter({ hasText: '回复客户' }).waitFor();
  await keys.inOutline();
  await keys.press('Enter');
  await focused('input');
  await keys.tabTo('内容');
  await page.keyboard.type('好的，马上为您办理。');
  await saved(page);

  // The words that begin it, in the form of its start; the systems it calls, in the form of the flow.
  await keys.back('大纲');
  await keys.inOutline();
  await keys.press('Home', 'Enter');
  await focused('input');
  await keys.tabTo('触发语句');
  await keys.press('Control+a');
  await page.keyboard.type('键盘要退款');
  await keys.back('大纲');
  await keys.inOutline();
  await keys.press('Escape');
  await keys.tabTo('base');
  await keys.press('Control+a');
  await page.keyboard.type(office);
  await saved(page);

  // Tried, kept as a test, and all tests run.
  const drawer = page.getByRole('region', { name: '试运行' });
  await keys.back('试运行');
  await keys.press('Enter');
  await drawer.waitFor();
  await keys.tabTo('开始');
  await keys.press('Enter');
  await drawer.getByRole('log').getByText('请告诉我订单号。').waitFor();
  await keys.tabTo('客户的回复');
  await page.keyboard.type('SO20260001');
  await keys.press('Enter');
  await drawer.getByRole('textbox', { name: '查订单 返回的内容' }).waitFor();
  await keys.tabTo('查订单 返回的内容');
  await keys.press('Control+a');
  await page.keyboard.type('{"paid": true, "refunded": false, "amount": 1280}');
  await keys.tabTo('返回');
  await keys.press('Enter');
  await drawer.getByText('停在「主管审批」').waitFor();
  await keys.back('存为测试');
  await keys.press('Enter');
  await keys.back('测试');
  await keys.press('Enter');
  await keys.tabTo('运行全部测试');
  await keys.press('Enter');
  await drawer.getByRole('list', { name: '测试' }).getByText('测试 6').waitFor();
  assert.equal(await drawer.getByRole('img', { name: '未通过' }).count(), 0);
  await keys.back('关闭试运行');
  await keys.press('Enter');
  await drawer.waitFor({ state: 'detached' });
  await saved(page);

  await keys.tabTo('发布');
  await keys.press('Enter');
  await dialog(page).getByText(/第一次发布/).waitFor();
  await keys.press('Enter');
  await page.getByText('版本 1 已上线').waitFor();
  await refunded('键盘要退款', 'SO20260002');

  await keys.tabTo('大纲');
  await keys.press('Home', 'ArrowDown', 'Delete');
  assert.equal(await tree.getByText('好的，马上为您办理。').count(), 0);
  await keys.press('Control+z');
  await tree.getByText('好的，马上为您办理。').waitFor();
  await keys.press('ArrowDown', 'Enter');
  await focused('input');
  await keys.tabTo('内容');
  await keys.press('Control+a');
  await page.keyboard.type('好的，请稍等。');
  await saved(page);
  await keys.back('发布');
  await keys.press('Enter');
  await dialog(page).locator('ins', { hasText: '好的，请稍等。' }).waitFor();
  await keys.press('Enter');
  await page.getByText('版本 2 已上线').waitFor();

  await keys.back('更多');
  await keys.press('Enter');
  await page.getByRole('menuitem', { name: '版本与回滚' }).waitFor();
  await keys.press('Enter');
  await page.locator('ins', { hasText: '好的，请稍等。' }).waitFor();
  // On the drawing as well.
  await box(page, '回复客户').getByRole('img', { name: '修改' }).waitFor();
  await rollBack(page, keys);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});
