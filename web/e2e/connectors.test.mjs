// Systems that flows reach: imported from a description and tried, their secrets, and a robot whose routine is written on its page;
// with the mouse, and again with the keyboard alone.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

let server;
let browser;
let admin;
let office;

before(async () => {
  assert.ok(existsSync('/usr/bin/chromedriver'), 'chromedriver is missing: cargo xtask test installs it');
  server = await Server.start();
  browser = await launch();
  admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  office = (await call(admin, 'GET', '/connectors/backoffice')).base_url;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const call = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const answer = await fetch(`/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      return answer.status === 204 ? null : answer.json();
    },
    [method, path, body],
  );

const description = () =>
  JSON.stringify({
    openapi: '3.1.0',
    info: { title: '订单系统', version: '1' },
    servers: [{ url: office }],
    paths: {
      '/orders/{id}': {
        get: { operationId: 'get_order', summary: '查订单', parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }], responses: { 200: { description: 'ok' } } },
      },
    },
  });

const dialog = (page) => page.getByRole('dialog');

test('a description is read from a file, its operation is tried, and the answer is shown', async () => {
  await admin.goto(`${server.url}/settings/connectors`);
  await admin.getByRole('button', { name: '新建连接器' }).first().click();
  await dialog(admin).getByRole('button', { name: '文件' }).click();
  await dialog(admin).locator('input[type=file]').setInputFiles({ name: 'orders.json', mimeType: 'application/json', buffer: Buffer.from(description()) });
  await dialog(admin).getByText('找到 1 个操作').waitFor();
  await dialog(admin).getByLabel('名称', { exact: true }).fill('orders');
  assert.deepEqual(await findings(admin), []);
  await dialog(admin).getByRole('button', { name: '创建' }).click();
  await admin.getByRole('heading', { level: 1, name: '订单系统' }).waitFor();
  await admin.getByRole('button', { name: '试用 查订单' }).click();
  await dialog(admin).getByRole('button', { name: '发出请求' }).click();
  await dialog(admin).getByText('必填').first().waitFor();
  await dialog(admin).getByLabel('id').fill('no-such-order');
  await dialog(admin).getByRole('button', { name: '发出请求' }).click();
  await dialog(admin).getByText('成功', { exact: true }).waitFor();
  await dialog(admin).getByText('200', { exact: true }).waitFor();
  assert.deepEqual(await findings(admin), []);
  await admin.keyboard.press('Escape');
  assert.deepEqual(admin.trouble, []);
});

test('what cannot be read says why at its place', async () => {
  await admin.goto(`${server.url}/settings/connectors`);
  await admin.getByRole('button', { name: '新建连接器' }).first().click();
  await dialog(admin).getByRole('button', { name: '粘贴' }).click();
  await dialog(admin).getByLabel('OpenAPI 描述（JSON 或 YAML）').fill('{"swagger": "2.0"}');
  await dialog(admin).getByRole('button', { name: '读取' }).click();
  await dialog(admin).getByRole('alert').getByText('document:').waitFor();
  await admin.keyboard.press('Escape');
});

test('a secret is made with the keyboard, bound to its host, replaced, and never shown', async () => {
  await admin.goto(`${server.url}/settings/secrets`);
  await admin.getByRole('button', { name: '新建密钥' }).first().focus();
  await admin.keyboard.press('Enter');
  await dialog(admin).waitFor();
  await admin.keyboard.type('stock');
  await admin.keyboard.press('Tab');
  await admin.keyboard.type('wrong-first');
  await admin.keyboard.press('Tab');
  await admin.keyboard.press('Tab');
  await admin.keyboard.type(new URL(office).host);
  await admin.keyboard.press('Tab');
  await admin.keyboard.press('Enter');
  await admin.getByText('密钥已保存').waitFor();
  await admin.getByRole('button', { name: '修改密钥 stock' }).click();
  assert.equal(await dialog(admin).getByLabel(/^内容/).inputValue(), '');
  // Another host without the value is refused here already.
  await dialog(admin).getByLabel('允许的主机').fill(`${new URL(office).host}\nelsewhere.example`);
  await dialog(admin).getByRole('button', { name: '保存', exact: true }).click();
  await dialog(admin).getByText('增加主机时需要重新填写内容。').waitFor();
  await dialog(admin).getByLabel('允许的主机').fill(new URL(office).host);
  await dialog(admin).getByLabel(/^内容/).fill('cangku-2009');
  await dialog(admin).getByRole('button', { name: '保存', exact: true }).click();
  await dialog(admin).waitFor({ state: 'hidden' });
  assert.ok(!(await admin.content()).includes('cangku-2009'));
  await admin.goto(`${server.url}/settings/secrets`);
  await admin.getByText('stock', { exact: true }).waitFor();
  assert.deepEqual(await findings(admin), []);
  assert.deepEqual(admin.trouble, []);
});

test('how calls prove who they are is chosen by name, with a word when the secret does not belong to the host', async () => {
  await call(admin, 'PUT', '/secrets/elsewhere', { value: 'x', hosts: ['pay.example.com'], note: '' });
  await admin.goto(`${server.url}/settings/connectors/orders?tab=settings`);
  await admin.getByLabel('类型').click();
  await admin.getByRole('option', { name: 'Bearer 令牌' }).click();
  await admin.getByLabel('密钥', { exact: true }).click();
  await admin.getByRole('option', { name: /elsewhere/ }).click();
  await admin.getByText('这个密钥没有绑定到').waitFor();
  await admin.getByLabel('密钥', { exact: true }).click();
  await admin.getByRole('option', { name: /stock/ }).click();
  await admin.getByText('这个密钥没有绑定到').waitFor({ state: 'hidden' });
  assert.deepEqual(await findings(admin), []);
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('已保存', { exact: true }).waitFor();
  assert.equal((await call(admin, 'GET', '/connectors/orders')).auth.secret, 'stock');
});

test('a routine is written on the page it works: played, picked from the picture, played again, saved', async () => {
  await admin.goto(`${server.url}/settings/connectors`);
  await admin.getByRole('button', { name: '新建连接器' }).first().click();
  await dialog(admin).getByRole('button', { name: '网页机器人' }).click();
  await dialog(admin).getByLabel('名称', { exact: true }).fill('stock');
  await dialog(admin).getByLabel('标题').fill('仓储管理');
  await dialog(admin).getByLabel('网页地址').fill(office);
  await dialog(admin).getByRole('button', { name: '创建' }).click();
  await admin.getByRole('heading', { level: 1, name: '仓储管理' }).waitFor();
  const steps = admin.getByRole('list', { name: '步骤' });
  await steps.getByLabel('第 1 步：路径').fill('/legacy');
  await admin.getByRole('button', { name: '运行全部步骤' }).click();
  await admin.getByText('运行完成').waitFor({ timeout: 60_000 });
  const page = admin.getByRole('img', { name: '第 1 步之后的页面' });
  await page.waitFor();

  // With the mouse: on the picture itself.
  await admin.getByRole('button', { name: /^输入框：工号/ }).first().click({ force: true });
  await admin.getByRole('menuitem', { name: '填写', exact: true }).click();
  await steps.getByLabel('第 2 步：内容').fill('cangku');
  // With the keyboard: from the list of what is on the page.
  await admin.locator('summary', { hasText: '页面上的元素' }).focus();
  await admin.keyboard.press('Enter');
  await admin.getByRole('listitem').getByRole('button', { name: /^密码框/ }).focus();
  await admin.keyboard.press('Enter');
  await admin.getByRole('menuitem', { name: '填写密钥' }).waitFor();
  await admin.keyboard.press('ArrowDown');
  await admin.keyboard.press('Enter');
  await steps.getByLabel('第 2 步做什么').waitFor();
  assert.equal(await steps.getByRole('listitem').count(), 3);
  assert.deepEqual(await findings(admin), []);
  assert.deepEqual(admin.trouble, []);
});

test('the steps are put in order, completed and played to the end; what the table holds is shown', async () => {
  const routine = {
    name: 'orders',
    title: { zh: '读订单表', en: 'Read the orders' },
    input: { type: 'object', properties: {} },
    retry: 'safe',
    steps: [
      { do: 'open', url: '/legacy' },
      { do: 'fill', at: '#user', value: 'cangku' },
      { do: 'fill_secret', at: '#password', secret: 'stock' },
      { do: 'click', at: '#ok' },
      { do: 'table', at: '#orders', save: 'orders' },
    ],
  };
  await call(admin, 'POST', '/connectors', { name: 'desk', title: '库房', base_url: office, robot: { hosts: [], operations: [routine] } });
  await admin.goto(`${server.url}/settings/connectors/desk`);
  await admin.getByRole('button', { name: '运行全部步骤' }).click();
  await admin.getByText('运行完成').waitFor({ timeout: 60_000 });
  await admin.getByLabel('取得的内容').getByText('单号').first().waitFor();
  const trace = admin.getByRole('list', { name: '运行过程' });
  assert.equal(await trace.getByRole('listitem').count(), 5);
  await trace.getByRole('button', { name: /fill #password with a secret/ }).click();
  await admin.getByRole('img', { name: '第 3 步之后的页面' }).waitFor();
  assert.ok(!(await admin.content()).includes('cangku-2009'));
  // A wrong selector stops it there, with the page as it was.
  await admin.getByLabel('第 5 步：元素（CSS 选择器）').fill('#nothing');
  await admin.getByRole('button', { name: '运行全部步骤' }).click();
  await admin.getByText('停在第 5 步').waitFor({ timeout: 60_000 });
  await admin.getByRole('img', { name: '第 5 步之后的页面' }).waitFor();
  // Moved with the keyboard, removed, saved.
  await admin.getByRole('button', { name: '第 5 步上移' }).focus();
  await admin.keyboard.press('Enter');
  assert.equal(await admin.getByLabel('第 4 步：元素（CSS 选择器）').inputValue(), '#nothing');
  await admin.getByRole('button', { name: '删除第 4 步' }).click();
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('已保存', { exact: true }).waitFor();
  const saved = await call(admin, 'GET', '/connectors/desk');
  assert.deepEqual(saved.routines[0].steps.map((step) => step.do), ['open', 'fill', 'fill_secret', 'click']);
  assert.deepEqual(admin.trouble, []);
});

test('an operation is a step of its own in the builder, with a form for what it asks', async () => {
  const made = await call(admin, 'POST', '/flows', { name: '查单' });
  await admin.goto(`${server.url}/flows/${made.id}`);
  const palette = admin.getByRole('region', { name: '步骤' });
  const panel = admin.getByRole('complementary', { name: '属性' });
  const asks = panel.getByRole('group', { name: '输入' });
  await admin.locator('.react-flow__node').filter({ hasText: '开始' }).click();
  // Found by the first letters of its pinyin, in the connector that was imported from the file.
  await palette.getByRole('searchbox').fill('cdd');
  await palette.getByTitle(/^订单系统/).click();
  await asks.getByLabel('id', { exact: true }).waitFor();
  assert.equal(await panel.getByLabel('名称', { exact: false }).first().inputValue(), '查订单');
  await admin.getByText('「查订单」需要填写 id').first().waitFor();
  await asks.getByLabel('id', { exact: true }).fill('SO{{ context.message.text }}');
  await admin.getByText('「查订单」需要填写 id').first().waitFor({ state: 'hidden' });
  await admin.getByText('草稿已保存').waitFor();
  assert.deepEqual(await findings(admin), []);

  // The same with the keyboard, from the outline; below the search its connector lists it as well.
  await palette.getByRole('searchbox').fill('');
  await palette.locator('summary', { hasText: '订单系统' }).focus();
  await admin.keyboard.press('Enter');
  await palette.getByTitle(/^订单系统/).waitFor();
  await admin.getByRole('button', { name: '大纲' }).click();
  await admin.getByRole('tree', { name: '大纲' }).focus();
  await admin.keyboard.press('a');
  await dialog(admin).getByRole('combobox').waitFor();
  await admin.keyboard.type('查订单');
  await dialog(admin).getByRole('option').filter({ hasText: '订单系统' }).waitFor();
  await admin.keyboard.press('Escape');

  const draft = await call(admin, 'GET', `/flows/${made.id}/draft`);
  const node = draft.document.nodes.find((one) => one.kind === 'connect');
  assert.deepEqual(node.settings, { connector: 'orders', operation: 'get_order', input: { id: 'SO{{ context.message.text }}' }, reads: true });
  // What no form can show is shown as JSON.
  await admin.getByRole('button', { name: '画布' }).click();
  await asks.getByRole('button', { name: '按 JSON 填写' }).click();
  await panel.getByLabel('输入').fill('{{ context.event }}');
  await admin.getByText('草稿已保存').waitFor();
  assert.equal(await panel.getByRole('button', { name: '按字段填写' }).count(), 0);
  assert.deepEqual(admin.trouble, []);
});
