// A database and a mail server as connectors: made on the page, a statement written and tried, and what goes wrong said in the reader's
// language.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

let server;
let browser;
let admin;
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qingniao-systems-'));
  const make = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.executescript(\"CREATE TABLE orders (no TEXT, buyer TEXT, cents INTEGER); INSERT INTO orders VALUES ('A1', '李雷', 1250), ('A2', '韩梅梅', 990)\"); db.close()";
  execFileSync('python3', ['-c', make, join(folder, 'shop.db')]);
  server = await Server.start({ QN__CONNECTORS__SQLITE_FOLDERS: folder });
  browser = await launch();
  admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const dialog = (page) => page.getByRole('dialog');

const answered = (text) => dialog(admin).getByLabel('返回内容').filter({ hasText: text }).waitFor();

async function begin(kind) {
  await admin.goto(`${server.url}/settings/connectors`);
  await admin.getByRole('button', { name: '新建连接器' }).first().click();
  await dialog(admin).getByRole('button', { name: kind, exact: true }).click();
}

test('a database is added, a statement written, its inputs added by a press, and tried', async () => {
  await begin('数据库');
  await dialog(admin).getByLabel('名称', { exact: true }).fill('shop');
  await dialog(admin).getByLabel('数据库地址').fill('sqlite:///etc/passwd');
  await dialog(admin).getByRole('button', { name: '创建' }).click();
  await dialog(admin).getByText('只能打开服务器配置').first().waitFor();
  await dialog(admin).getByLabel('数据库地址').fill(`sqlite://${join(folder, 'shop.db')}`);
  assert.deepEqual(await findings(admin), []);
  await dialog(admin).getByRole('button', { name: '创建' }).click();
  await admin.getByText('还没有语句').waitFor();
  await admin.getByRole('button', { name: '新建语句' }).first().click();
  await admin.getByLabel('SQL 语句').fill('SELECT no, buyer, cents FROM orders WHERE no = :no');
  await admin.getByText('语句用到了没有定义的输入：no').waitFor();
  await admin.getByRole('button', { name: '添加这些输入' }).click();
  await admin.getByLabel('标题（中文）').fill('查订单');
  assert.deepEqual(await findings(admin), []);
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('已保存', { exact: true }).first().waitFor();
  await admin.getByRole('button', { name: '试用', exact: true }).click();
  await dialog(admin).getByLabel('no').fill("A1' OR '1'='1");
  await dialog(admin).getByRole('button', { name: '发出请求' }).click();
  await answered('"count": 0');
  await dialog(admin).getByLabel('no').fill('A2');
  await dialog(admin).getByRole('button', { name: '发出请求' }).click();
  await answered('韩梅梅');
  assert.deepEqual(await findings(admin), []);
  await admin.keyboard.press('Escape');
  assert.deepEqual(admin.trouble, []);
});

test('a statement that writes needs the right to, given in the settings', async () => {
  await admin.goto(`${server.url}/settings/connectors/shop`);
  await admin.getByRole('button', { name: '新建语句' }).click();
  await admin.getByLabel('SQL 语句').fill("UPDATE orders SET cents = 1 WHERE no = 'A1'");
  await admin.getByRole('button', { name: '写入', exact: true }).click();
  await admin.getByText('这个连接器只允许读取。').waitFor();
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('这个连接器只允许读取，请先在设置中允许写入').first().waitFor();
  await admin.getByRole('button', { name: '放弃更改' }).click();
  await admin.getByRole('tab', { name: '设置' }).click();
  await admin.getByRole('switch', { name: '允许写入' }).click();
  assert.deepEqual(await findings(admin), []);
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('已保存', { exact: true }).first().waitFor();
  await admin.getByRole('tab', { name: '语句' }).click();
  await admin.getByRole('button', { name: '新建语句' }).click();
  await admin.getByLabel('SQL 语句').fill("UPDATE orders SET cents = 1 WHERE no = 'A1'");
  await admin.getByRole('button', { name: '写入', exact: true }).click();
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByRole('button', { name: '试用', exact: true }).click();
  await dialog(admin).getByText('这个操作会在对方系统里产生真实的改动。').waitFor();
  await dialog(admin).getByRole('button', { name: '发出请求' }).click();
  await answered('"changed": 1');
  await admin.keyboard.press('Escape');
});

test('a mail server is added, and one that is not there is told in Chinese and in English', async () => {
  await begin('邮件');
  await dialog(admin).getByLabel('名称', { exact: true }).fill('post');
  await dialog(admin).getByLabel('邮件服务器地址').fill('smtp.example.com');
  await dialog(admin).getByLabel('发件地址').fill('service');
  await dialog(admin).getByRole('button', { name: '创建' }).click();
  await dialog(admin).getByText('应以 smtps:// 或 smtp:// 开头，后面是主机名。').waitFor();
  await dialog(admin).getByText('应为邮件地址，例如 service@example.com。').waitFor();
  assert.deepEqual(await findings(admin), []);
  await dialog(admin).getByLabel('邮件服务器地址').fill('smtps://no-such-host.invalid');
  await dialog(admin).getByLabel('发件地址').fill('service@shop.example');
  await dialog(admin).getByRole('button', { name: '创建' }).click();
  await admin.getByRole('button', { name: '试用 发送邮件' }).click();
  await dialog(admin).getByLabel('收件人').fill('lilei@customer.example');
  await dialog(admin).getByLabel('主题').fill('退款');
  await dialog(admin).getByLabel('正文', { exact: true }).fill('已到账');
  await dialog(admin).getByRole('button', { name: '发出请求' }).click();
  await dialog(admin).getByText('找不到这个域名').first().waitFor();
  await admin.keyboard.press('Escape');
  const english = await open(browser, { locale: 'en-GB' });
  await signIn(english, server, 'admin@bluewhale.example');
  await english.evaluate(() => fetch('/api/v1/me', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ language: 'en' }) }));
  await english.goto(`${server.url}/settings/connectors/post?tab=settings`);
  await english.getByLabel('Sender address').waitFor();
  assert.deepEqual(await findings(english), []);
  assert.deepEqual([...admin.trouble, ...english.trouble], []);
});
