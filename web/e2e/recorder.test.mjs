// A routine recorded in a browser that stays: what is pressed in the picture is done on the page at once, and the list that comes of it
// is played again in a fresh one.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

// The browser of the robot takes its time to start.
const LONG = { timeout: 60_000 };

let server;
let browser;
let admin;
let office;

const call = (method, path, body) =>
  admin.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const answer = await fetch(`/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      return answer.status === 204 ? null : answer.json();
    },
    [method, path, body],
  );

/** What stands on the page of an order, as the stock department sees it. */
const notes = async () => {
  const answer = await fetch(`${office}/legacy/order/1002`, { headers: { cookie: 'JSESSIONID=8F2A90' } });
  return answer.text();
};

const inPicture = (name) => admin.getByRole('region', { name: '正在录制' }).getByRole('button', { name }).first();
const question = (name) => admin.getByRole('form', { name });
const steps = () => admin.getByRole('list', { name: '步骤' }).getByRole('listitem');

/** Once the list has so many steps the last one is done. */
const recorded = (count) => admin.getByText(`已录 ${count} 步`, { exact: true }).waitFor(LONG);

async function doIt(form) {
  await form.getByRole('button', { name: '做这一步' }).click();
  await form.waitFor({ state: 'hidden', ...LONG });
}

before(async () => {
  assert.ok(existsSync('/usr/bin/chromedriver'), 'chromedriver is missing: cargo xtask test installs it');
  server = await Server.start();
  browser = await launch();
  admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  office = (await call('GET', '/connectors/backoffice')).base_url;
  await call('PUT', '/secrets/yard', { value: 'cangku-2009', hosts: [new URL(office).host], note: '' });
  const routine = { name: 'note', title: { zh: '记备注', en: 'Leave a note' }, input: { type: 'object', properties: {} }, retry: 'once', steps: [{ do: 'open', url: '/legacy' }] };
  await call('POST', '/connectors', { name: 'yard', title: '库房', base_url: office, robot: { hosts: [], operations: [routine] } });
});

after(async () => {
  await browser?.close();
  // Told to stop, it ends the robot's browsers; killed, it could not.
  await server?.down();
  if (server) await rm(server.dir, { recursive: true, force: true });
});

test('a person signs in and leaves a note by pressing in the picture, and every press is done once', async () => {
  await admin.goto(`${server.url}/settings/connectors/yard`);
  await admin.getByRole('button', { name: '录制', exact: true }).click();
  await admin.getByRole('img', { name: '网页现在的画面' }).waitFor(LONG);

  await inPicture(/^输入框：工号/).click({ force: true });
  const user = question(/^输入框：工号/);
  await user.getByLabel('内容', { exact: true }).fill('cangku');
  assert.deepEqual(await findings(admin), []);
  await doIt(user);
  await recorded(1);

  await inPicture(/^密码框/).click({ force: true });
  const password = question(/^密码框/);
  await password.getByLabel('密钥', { exact: true }).click();
  await admin.getByRole('option', { name: /yard/ }).click();
  await doIt(password);
  await recorded(2);

  // With the keyboard, from the list of what is on the page.
  await admin.locator('summary', { hasText: '页面上的元素' }).focus();
  await admin.keyboard.press('Enter');
  await admin.getByRole('listitem').getByRole('button', { name: /^按钮：登录/ }).focus();
  await admin.keyboard.press('Enter');
  await recorded(3);

  await inPicture(/^链接：1002/).click({ force: true });
  await recorded(4);

  await inPicture(/^下拉框：kind/).click({ force: true });
  const kind = question(/^下拉框：kind/);
  await kind.getByLabel('内容', { exact: true }).click();
  await admin.getByRole('option', { name: '退货入库' }).click();
  await doIt(kind);
  await recorded(5);

  await inPicture(/^输入框：note/).click({ force: true });
  const note = question(/^输入框：note/);
  await note.getByLabel('内容来自').click();
  await admin.getByRole('option', { name: '新建一个输入' }).click();
  await note.getByLabel('输入的名称').fill('text');
  await note.getByLabel('这次用的内容').fill('外包装破损');
  await doIt(note);
  await recorded(6);
  assert.equal(await admin.getByLabel('第 1 个输入的名称').inputValue(), 'text');
  assert.equal(await admin.getByLabel('第 7 步：内容').inputValue(), '{text}');

  await inPicture(/^按钮：保存/).click({ force: true });
  await recorded(7);
  await inPicture(/^文字：备注/).click({ force: true });
  const read = question(/^文字：备注/);
  await read.getByLabel('保存为', { exact: true }).fill('notes');
  await doIt(read);
  await recorded(8);
  await admin.getByLabel('取得的内容').getByText('[退货入库] 外包装破损').waitFor();
  assert.equal((await notes()).split('外包装破损').length, 2, 'it was left once');
  assert.equal(await steps().count(), 9);
  assert.ok(!(await admin.content()).includes('cangku-2009'));
  assert.deepEqual(await findings(admin), []);
});

test('what cannot be done is not recorded, and the last step is taken back', async () => {
  const line = question('打开网址');
  await line.getByLabel('打开网址').fill('https://example.com/');
  await line.getByRole('button', { name: '打开' }).click();
  await admin.getByRole('alert').getByText('没有录下').waitFor(LONG);
  await line.getByLabel('打开网址').fill(`${office}/legacy/orders`);
  await line.getByRole('button', { name: '打开' }).click();
  await recorded(9);
  assert.equal(await admin.getByLabel('第 10 步：路径').inputValue(), '/legacy/orders');
  await admin.getByRole('button', { name: '撤销最后一步' }).click();
  await admin.getByText('网页没有退回').waitFor();
  await recorded(8);
  assert.equal(await steps().count(), 9);
});

test('on a narrow screen and in the dark the page stays in reach', async () => {
  await admin.setViewportSize({ width: 420, height: 900 });
  await admin.emulateMedia({ colorScheme: 'dark' });
  await admin.getByRole('button', { name: '结束录制' }).waitFor();
  const [page, list] = await Promise.all([admin.getByRole('region', { name: '正在录制' }).boundingBox(), steps().first().boundingBox()]);
  assert.ok(page.y < list.y && page.width <= 420, JSON.stringify([page, list]));
  assert.deepEqual(await findings(admin), []);
  await admin.setViewportSize({ width: 1440, height: 900 });
  await admin.emulateMedia({ colorScheme: 'light' });
});

test('ended and saved it is a routine like others, and plays in a fresh browser', async () => {
  await admin.getByRole('button', { name: '结束录制' }).click();
  await admin.getByLabel('text', { exact: true }).fill('少一件');
  await admin.getByRole('button', { name: '运行全部步骤' }).click();
  await admin.getByText('运行完成').waitFor(LONG);
  await admin.getByLabel('取得的内容').getByText('[退货入库] 少一件').waitFor();
  assert.ok((await notes()).includes('[退货入库] 少一件'));
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('已保存', { exact: true }).waitFor();
  const [saved] = (await call('GET', '/connectors/yard')).routines;
  assert.deepEqual(saved.steps.map((step) => step.do), ['open', 'fill', 'fill_secret', 'click', 'click', 'choose', 'fill', 'click', 'read']);
  assert.deepEqual([saved.steps[6].value, saved.input.required], ['{text}', ['text']]);
  assert.deepEqual(admin.trouble, []);
});

test('a browser that ended elsewhere is told, with what to do', async () => {
  await admin.getByRole('button', { name: '录制', exact: true }).click();
  await admin.getByRole('img', { name: '网页现在的画面' }).waitFor(LONG);
  // The same person begins another one.
  const routine = { name: 'x', title: { zh: '', en: '' }, input: { type: 'object' }, retry: 'once', steps: [{ do: 'open', url: '/legacy' }] };
  const other = await call('POST', '/robot-recordings', { base_url: office, hosts: [], routine, input: {} });
  assert.ok(other.id, JSON.stringify(other.played.error));
  await admin.getByRole('button', { name: '刷新画面' }).click();
  await admin.getByRole('alert').getByText('录制已经结束').waitFor();
  await admin.getByRole('button', { name: '重新录制' }).waitFor();
  await admin.getByRole('button', { name: '结束录制' }).click();
  await admin.getByRole('button', { name: '录制', exact: true }).waitFor();
  await call('DELETE', `/robot-recordings/${other.id}`);
  assert.deepEqual(admin.trouble, []);
});
