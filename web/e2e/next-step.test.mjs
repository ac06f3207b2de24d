// An answer carries the next step: the demo's article about refunds offers the refund, whose button begins it in both languages; an editor chooses another article's
// flow and takes a version back with all it had; a category has one for the rest.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let page;

before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await open(browser);
  await signIn(page, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name, scope = page) => scope.getByRole('button', { name, exact: true }).first();
const dialog = () => page.getByRole('dialog');

test('the answer about refunds offers the refund, and its button begins it', async () => {
  const visitor = await visit(browser, server);
  await say(visitor, '退款多久到账？');
  await button('退款', visitor).click();
  await visitor.getByRole('log').getByText('请选择要退款的订单').waitFor();
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});

test('in English it has an English title', async () => {
  const visitor = await visit(browser, server, { locale: 'en-US' });
  await say(visitor, 'How long does a refund take?');
  await button('Refund', visitor).click();
  await visitor.getByRole('log').getByText('Which order should be refunded?').waitFor();
  await visitor.context().close();
});

test('an editor chooses the flow, and the history brings a version back whole', async () => {
  await page.getByRole('navigation').getByRole('link', { name: '知识库' }).click();
  await page.getByLabel('搜索标题、问法与正文').fill('退货怎么申请');
  await page.getByRole('link', { name: /退货怎么申请/ }).first().click();
  const step = page.getByRole('combobox', { name: '下一步流程' });
  await step.click();
  await page.getByRole('option', { name: '退款', exact: true }).click();
  await button('保存').click();
  await page.getByText('已保存', { exact: true }).first().waitFor();
  assert.deepEqual(await findings(page), []);
  const visitor = await visit(browser, server);
  await say(visitor, '退货怎么申请');
  await button('退款', visitor).waitFor();
  await visitor.context().close();
  await button('更多操作').click();
  await page.getByRole('menuitem', { name: '修改历史' }).click();
  await dialog().getByText('下一步流程: 退款').waitFor();
  await dialog().getByRole('button', { name: /版本 1/ }).click();
  await dialog().getByText('下一步流程: 退款').waitFor({ state: 'detached' });
  await dialog().getByText('给谁看: 所有人').waitFor();
  await button('恢复此版本', dialog()).click();
  await page.getByText('已恢复到版本 1').first().waitFor();
  await step.getByText('不提供').waitFor();
});

test('a category has a flow for its articles that name none', async () => {
  await page.goto(`${server.url}/knowledge`);
  await button('分类的下一步').click();
  await dialog().getByRole('combobox', { name: '退换货', exact: true }).click();
  await page.getByRole('option', { name: '退款', exact: true }).click();
  assert.deepEqual(await findings(page), []);
  await button('保存', dialog()).click();
  await page.getByText('已保存，立即生效').first().waitFor();
  const visitor = await visit(browser, server);
  await say(visitor, '支持七天无理由退货吗？');
  await button('退款', visitor).waitFor();
  await visitor.context().close();
});
