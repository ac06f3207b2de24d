// One agent offers a conversation to another, who is on some other page: she sees it without looking for it, with the mouse, the
// keyboard and on a phone, and her first words after taking it go to the customer. Why it is passed on is chosen from the company's list.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let visitor;
let giver;
let taker;

before(async () => {
  server = await Server.start();
  browser = await launch();
  visitor = await visit(browser, server);
  await say(visitor, '转人工');
  giver = await open(browser);
  await signIn(giver, server, 'zhouming@bluewhale.example');
  await giver.getByText(/^访客/).first().click();
  await giver.getByRole('log').waitFor();
  await giver.getByRole('textbox', { name: '消息输入框' }).fill('您好，我是周明');
  await giver.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('您好，我是周明').waitFor();
  taker = await open(browser);
  await signIn(taker, server, 'linxia@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const bar = () => taker.getByRole('region', { name: '等您接受的会话' });

async function offer() {
  await giver.getByRole('log').click();
  await giver.keyboard.press('Alt+t');
  const dialog = giver.getByRole('dialog');
  await dialog.getByRole('button', { name: /林夏/ }).click();
  await dialog.getByRole('button', { name: '发出转接' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

test('an offer is seen on any page, also on a phone, and can be declined', async () => {
  await taker.goto(`${server.url}/knowledge`);
  await taker.setViewportSize({ width: 390, height: 844 });
  await offer();
  await bar().getByText('周明').waitFor();
  const box = await bar().boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
  await bar().getByRole('button', { name: '谢绝' }).click();
  await bar().getByText('周明').waitFor({ state: 'hidden' });
  await taker.setViewportSize({ width: 1440, height: 900 });
});

test('it stands above the list, survives a reload, and the keyboard takes it', async () => {
  await taker.goto(server.url);
  await offer();
  const group = taker.getByRole('listbox', { name: '等我接受' });
  await group.getByText(/^访客 /).waitFor();
  await taker.reload();
  await group.getByText(/^访客 /).waitFor();
  await taker.getByRole('button', { name: /^我的 [1-9]/ }).waitFor();

  await group.getByText(/^访客 /).click();
  const field = taker.getByRole('textbox', { name: /消息输入框|备注/ });
  await field.waitFor();
  await taker.keyboard.press('Alt+y');
  await group.waitFor({ state: 'hidden' });
  await taker.getByRole('textbox', { name: '消息输入框' }).fill('您好，我是林夏');
  await taker.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('您好，我是林夏').waitFor();
  for (const page of [visitor, giver, taker]) assert.deepEqual(page.trouble, []);
});

test('a reason is chosen from the list of the settings, and colleagues read it in the thread', async () => {
  const admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  await admin.goto(`${server.url}/settings/transfer-reasons`);
  await admin.getByText('还没有转接原因').waitFor();
  await admin.getByRole('button', { name: '添加原因' }).click();
  await admin.getByRole('textbox', { name: '中文名称' }).fill('需要专业同事');
  await admin.getByRole('region', { name: '有未保存的更改' }).getByRole('button', { name: '保存' }).click();
  await admin.getByText('已保存，立即生效').waitFor();
  await admin.reload();
  await admin.getByRole('textbox', { name: '中文名称' }).waitFor();
  assert.deepEqual(await findings(admin), []);

  await taker.getByRole('log').click();
  await taker.keyboard.press('Alt+t');
  const dialog = taker.getByRole('dialog');
  await dialog.getByRole('button', { name: /周明/ }).click();
  await dialog.getByRole('combobox', { name: /^原因/ }).click();
  await taker.getByRole('option', { name: '需要专业同事' }).click();
  await dialog.getByRole('button', { name: '发出转接' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await taker.getByRole('log').getByText('请求转接给 周明，原因：需要专业同事').waitFor();
  assert.equal(await visitor.getByText('需要专业同事').count(), 0);
  for (const page of [admin, taker, visitor]) assert.deepEqual(page.trouble, []);
});
