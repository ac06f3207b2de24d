// Kinds of tickets are edited on their page, a ticket asks for what its kind says, and its fields are changed later.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

let server;
let browser;
let admin;

before(async () => {
  server = await Server.start();
  browser = await launch();
  admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const dialog = (page) => page.getByRole('dialog');

test('a kind is made with a choice that is needed', async () => {
  await admin.goto(`${server.url}/settings/ticket-kinds`);
  await admin.getByRole('button', { name: '新建类型' }).click();
  await dialog(admin).getByLabel('标识', { exact: true }).fill('return');
  await dialog(admin).getByLabel('名称（中文）', { exact: true }).fill('退货');
  await dialog(admin).getByLabel('处理期限（小时）').fill('48');
  await dialog(admin).getByRole('button', { name: '添加字段' }).click();
  await dialog(admin).getByLabel('第 1 个字段的标识').fill('why');
  await dialog(admin).getByRole('button', { name: '保存', exact: true }).click();
  await dialog(admin).getByText('请填写中文名。').waitFor();
  await dialog(admin).getByLabel('第 1 个字段的中文名').fill('原因');
  await dialog(admin).getByLabel('第 1 个字段的类型').click();
  await admin.getByRole('option', { name: '选项' }).click();
  await dialog(admin).getByLabel('第 1 个字段的选项').fill('坏了\n不要了');
  await dialog(admin).getByRole('checkbox', { name: '必填' }).click();
  assert.deepEqual(await findings(admin), []);
  await dialog(admin).getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByRole('row', { name: /退货/ }).getByText('48 小时').waitFor();
  assert.deepEqual(await findings(admin), []);
});

test('a ticket of the kind asks for it, and it is changed on its page', async () => {
  await admin.goto(`${server.url}/tickets`);
  await admin.getByRole('button', { name: '新建工单' }).first().click();
  await dialog(admin).getByLabel('标题').fill('退货申请');
  await dialog(admin).getByLabel('类型').click();
  await admin.getByRole('option', { name: '退货' }).click();
  await dialog(admin).getByRole('button', { name: '创建' }).click();
  await dialog(admin).getByText('请填写').waitFor();
  await dialog(admin).getByLabel('原因').click();
  await admin.getByRole('option', { name: '坏了' }).click();
  await dialog(admin).getByRole('button', { name: '创建' }).click();
  await admin.getByRole('heading', { level: 1, name: /退货申请/ }).waitFor();
  await admin.locator('dd', { hasText: '坏了' }).waitFor();
  await admin.getByRole('button', { name: '修改字段' }).click();
  await admin.getByLabel('原因').click();
  await admin.getByRole('option', { name: '不要了' }).click();
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.locator('dd', { hasText: '不要了' }).waitFor();
  assert.deepEqual(await findings(admin), []);
});

test('a kind that comes with the product is changed with the keyboard and put back', async () => {
  await admin.goto(`${server.url}/settings/ticket-kinds`);
  await admin.getByRole('button', { name: '编辑 投诉' }).focus();
  await admin.keyboard.press('Enter');
  await dialog(admin).getByLabel('名称（中文）', { exact: true }).fill('投诉建议');
  await admin.keyboard.press('Enter');
  await admin.getByRole('row', { name: /投诉建议/ }).getByText('已修改').waitFor();
  await admin.getByRole('button', { name: '恢复 投诉建议' }).click();
  await dialog(admin).getByRole('button', { name: '恢复' }).click();
  await admin.getByRole('row', { name: /投诉/ }).getByText('自带').waitFor();
  assert.deepEqual(admin.trouble, []);
});
