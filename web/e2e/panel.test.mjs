// Beside a conversation: the customer's orders as the back office knows them, where they come from, and the channel in the row.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, launch, open, say, Server, signIn, visit } from './harness.mjs';

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
  const visitor = await visit(browser, server);
  await say(visitor, '我的订单发货了吗');
  await visitor.getByText('我的订单发货了吗').first().waitFor();
  await visitor.context().close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function beside(options, email) {
  const page = await open(browser, options);
  await signIn(page, server, email);
  const list = await page.evaluate(async () => (await (await fetch('/api/v1/conversations?limit=50')).json()).items);
  await page.goto(`${server.url}/conversations/${list.find((c) => c.last_text.length > 0 && c.contact.name === '').id}`);
  await page.getByRole('log').waitFor();
  return page;
}

test('an agent sees the orders and what they were asked with, and nothing to change', async () => {
  const page = await beside({}, 'zhouming@bluewhale.example');
  await page.getByText('无线耳机 Air 2').waitFor();
  await page.getByText(/^BW\d{7}$/).first().waitFor();
  assert.equal(await page.getByText('已付款').count(), 3);
  await page.getByText('按客户编号查询').waitFor();
  assert.equal(await page.getByRole('button', { name: '更改订单来源' }).count(), 0);
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(page.trouble, []);
});

test('an admin changes where orders come from, and takes it away and back, in English', async () => {
  const page = await beside({ locale: 'en-US' }, 'admin@bluewhale.example');
  await page.evaluate(() => localStorage.setItem('qn.language', 'en'));
  const { source } = await page.evaluate(async () => (await fetch('/api/v1/order-source')).json());
  await page.getByRole('button', { name: /Change where orders come from|更改订单来源/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^(Title|名称)$/).fill('title_en');
  assert.deepEqual(await findings(page), []);
  await dialog.getByRole('button', { name: /^(Save|保存)$/ }).click();
  await page.getByText('Air 2 earphones').waitFor();
  assert.equal(source.title, 'title_zh');
  await page.getByRole('button', { name: /Change where orders come from|更改订单来源/ }).click();
  await dialog.getByRole('button', { name: /Look up no more|不再查询/ }).click();
  await page.getByRole('button', { name: /Set where orders come from|设置订单来源/ }).waitFor();
  assert.deepEqual(page.trouble, []);
});
