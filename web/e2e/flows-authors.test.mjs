// Authors of the same flow: two who collide, one in two windows, and a novice with the shortest change.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SUPERVISOR, author, box, call, dialog, panel, published, saved } from './builder.mjs';
import { Server, launch } from './harness.mjs';

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

test('two authors collide: the second is told, merges, and keeps what both did', async () => {
  const first = await author(browser, server);
  const id = await published(first, '两人同改');
  const second = await author(browser, server, {}, SUPERVISOR);
  for (const page of [first, second]) {
    await page.goto(`${server.url}/flows/${id}`);
    await box(page, '问订单号').waitFor();
  }
  const change = async (page, limit, question) => {
    await panel(page).getByLabel('limit').first().fill(limit);
    await box(page, '问订单号').click();
    await panel(page).getByLabel('问题').fill(question);
    await saved(page);
  };
  await change(first, '600', '甲：请告诉我订单号。');
  await box(second, '查订单').click();
  await panel(second).getByLabel('名称').fill('查一下订单');
  await second.locator('.react-flow__pane').click({ position: { x: 300, y: 60 } });
  await change(second, '900', '请告诉我订单号。');
  await first.getByRole('button', { name: '发布', exact: true }).click();
  await dialog(first).getByRole('button', { name: '确认发布' }).click();
  await first.getByText('版本 2 已上线').waitFor();

  await second.getByText(/线上版本已经更新/).waitFor();
  await second.getByRole('button', { name: '查看并合并' }).click();
  await dialog(second).getByRole('group', { name: /limit/ }).getByText('用我的').click();
  await dialog(second).getByRole('button', { name: '合并', exact: true }).click();
  await second.getByText('已合并').waitFor();
  await saved(second);
  await second.getByRole('button', { name: '发布', exact: true }).click();
  await dialog(second).locator('ins', { hasText: '900' }).waitFor();
  await dialog(second).getByRole('button', { name: '确认发布' }).click();
  await second.getByText('版本 3 已上线').waitFor();

  const live = await call(second, 'GET', `/flows/${id}/versions/3`);
  const node = (name) => live.document.nodes.find((one) => one.id === name);
  assert.equal(live.document.variables.find((one) => one.name === 'limit').default, 900);
  assert.equal(node('which').settings.text, '甲：请告诉我订单号。');
  assert.equal(node('look').title, '查一下订单');
  for (const page of [first, second]) {
    assert.deepEqual(page.trouble, []);
    await page.context().close();
  }
});

test('one author in two windows: nothing is lost', async () => {
  const page = await author(browser, server);
  const id = await published(page, '两个窗口');
  const other = await page.context().newPage();
  for (const one of [page, other]) {
    await one.goto(`${server.url}/flows/${id}`);
    await box(one, '问订单号').waitFor();
  }
  await panel(page).getByLabel('limit').first().fill('700');
  await saved(page);
  await box(other, '问订单号').click();
  await panel(other).getByLabel('问题').fill('订单号是？');
  await other.getByText(/另一个窗口里也被修改/).waitFor();
  await other.getByRole('button', { name: '查看并合并' }).click();
  await dialog(other).getByRole('button', { name: '合并', exact: true }).click();
  await saved(other);
  const draft = await call(page, 'GET', `/flows/${id}/draft`);
  assert.equal(draft.document.variables.find((one) => one.name === 'limit').default, 700);
  assert.equal(draft.document.nodes.find((one) => one.id === 'which').settings.text, '订单号是？');
  await page.context().close();
});

test('a novice changes the limit from 500 to 800 and goes live in at most six clicks and a minute', async () => {
  const maker = await author(browser, server);
  const id = await published(maker, '退款额度');
  await maker.context().close();
  const page = await author(browser, server);
  const began = Date.now();
  let clicks = 0;
  const click = async (target) => {
    clicks += 1;
    await target.click();
  };
  await click(page.getByRole('link', { name: '流程', exact: true }));
  await click(page.getByRole('link', { name: '退款额度' }));
  await click(panel(page).getByLabel('limit').first());
  await page.keyboard.press('Control+a');
  await page.keyboard.type('800');
  await click(page.getByRole('button', { name: '发布', exact: true }));
  await dialog(page).getByText('limit: 500 → 800').or(dialog(page).locator('ins', { hasText: '800' })).first().waitFor();
  await click(dialog(page).getByRole('button', { name: '确认发布' }));
  await page.getByText('版本 2 已上线').waitFor();
  const took = Date.now() - began;
  assert.ok(clicks <= 6, `${clicks} clicks`);
  assert.ok(took < 60_000, `${took} ms`);
  process.stdout.write(`# novice: ${clicks} clicks, ${took} ms of the machine\n`);
  const { items } = await call(page, 'GET', `/flows/${id}/releases`);
  assert.equal(items[0].kind, 'publish');
  assert.match(items[0].note, /limit.*500.*800/);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});
