// What an administrator sets up, done by hand in the browser: labels with a conflict, a new colleague, an inbox, an article that the
// bot then quotes, a webhook, a token. And that an agent is shown none of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, Server, launch, open, signIn } from './harness.mjs';

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
const dialog = (scope = page) => scope.getByRole('dialog');
const go = (path) => page.goto(server.url + path);

/** The first object of a list that fits, as the API tells it to this person. */
function read(path, scope = page) {
  return scope.evaluate(async (url) => (await fetch(url)).json(), `/api/v1${path}`);
}

test('a label: made, changed under a colleague’s change, deleted', async () => {
  await go('/settings/labels');
  await button('新建标签').click();
  await dialog().getByLabel('名称').fill('浏览器测试');
  await button('创建', dialog()).click();
  await page.getByRole('cell', { name: '浏览器测试' }).waitFor();

  await page.getByRole('row', { name: /浏览器测试/ }).getByRole('button', { name: '编辑' }).click();
  await dialog().getByLabel('名称').fill('我的名字');
  const label = (await read('/labels?limit=200')).items.find((one) => one.name === '浏览器测试');
  const changed = await page.evaluate(async ({ id, version }) => {
    const headers = { 'Content-Type': 'application/json', 'If-Match': `"${version}"` };
    return (await fetch(`/api/v1/labels/${id}`, { method: 'PATCH', headers, body: '{"color":"#2b8a3e"}' })).status;
  }, label);
  assert.equal(changed, 200);
  await button('保存', dialog()).click();
  await button('保留我的修改', dialog()).click();
  await button('保存', dialog()).click();
  await page.getByRole('cell', { name: '我的名字' }).waitFor();

  await page.getByRole('row', { name: /我的名字/ }).getByRole('button', { name: '删除' }).click();
  await button('删除', dialog()).click();
  await page.getByRole('cell', { name: '我的名字' }).waitFor({ state: 'detached' });
});

test('a new colleague signs in with the one-time password and must choose another', async () => {
  await go('/settings/people');
  await button('添加成员').click();
  await dialog().getByLabel('姓名').fill('新同事');
  await dialog().getByLabel('邮箱').fill('new@bluewhale.example');
  await button('创建', dialog()).click();
  const password = await dialog().getByLabel('一次性密码', { exact: true }).last().textContent();
  await button('完成', dialog()).click();

  const other = await open(browser);
  await other.goto(server.url);
  await other.getByLabel('邮箱').fill('new@bluewhale.example');
  await other.locator('input[type=password]').fill(password.trim());
  await other.keyboard.press('Enter');
  await other.getByRole('heading', { name: '设置新密码' }).waitFor();
  await other.getByLabel('新密码', { exact: true }).fill(`${PASSWORD}-2`);
  await other.getByLabel('再次输入新密码').fill(`${PASSWORD}-2`);
  await other.keyboard.press('Enter');
  await other.getByRole('navigation', { name: '主导航' }).waitFor();

  await other.goto(`${server.url}/settings`);
  const sections = other.getByRole('navigation', { name: '设置分类' });
  await sections.waitFor();
  assert.equal(await sections.getByRole('link', { name: '接入渠道' }).count(), 0);
  await other.goto(`${server.url}/settings/people`);
  await other.getByText('没有权限').waitFor();
  assert.deepEqual(other.trouble, []);
  await other.context().close();
});

test('an API inbox gets its callback; a web inbox its hours', async () => {
  await go('/settings/inboxes');
  await button('新建渠道').click();
  await dialog().getByText('API 渠道', { exact: true }).click();
  await dialog().getByLabel('名称').fill('仓库系统');
  await button('创建', dialog()).click();
  await page.getByRole('tab', { name: '对接' }).click();
  await page.getByLabel('回调地址').fill('https://erp.bluewhale.example/hook');
  await button('保存').click();
  await page.getByText('已保存', { exact: true }).waitFor();
  const made = (await read('/inboxes?limit=200')).items.find((one) => one.name === '仓库系统');
  assert.equal(made.channel_settings.callback_url, 'https://erp.bluewhale.example/hook');
  await button('查看密钥').click();
  await page.getByText(/^whsec_/).waitFor();

  await go('/settings/inboxes');
  await page.getByRole('link', { name: /网站聊天/ }).first().click();
  await page.getByRole('tab', { name: '工作时间' }).click();
  const always = page.getByRole('switch', { name: '全天候接待' });
  if (await always.isChecked()) await always.click();
  await button('工作日 9:00–18:00').click();
  await page.getByRole('listitem').filter({ hasText: '星期一' }).getByRole('button', { name: '添加时段' }).click();
  await button('保存').click();
  await page.getByText('已保存', { exact: true }).first().waitFor();
  const web = (await read('/inboxes?limit=200')).items.find((one) => one.channel === 'web' && !one.hours.always_open);
  assert.deepEqual(web.hours.days[0].ranges, [[540, 1080], [1140, 1380]]);
  assert.deepEqual(web.hours.days[6].ranges, []);
});

test('an article is previewed, published, quoted by the bot, and brought back from its history', async () => {
  await go('/knowledge/new');
  await page.getByLabel(/^标题/).fill('蓝鲸空间站可以住人吗?');
  await page.getByLabel('相似问法').fill('空间站能住几个人\n空间站有床吗');
  await page.getByLabel('正文').fill('可以。蓝鲸空间站可住 **三个人**。<img src=x onerror="document.title=1">');
  const preview = page.getByRole('region', { name: '预览' });
  await preview.getByText('三个人').waitFor();
  assert.equal(await preview.locator('[onerror]').count(), 0);
  await button('发布').click();
  await page.getByText('已发布，机器人可以使用了').waitFor();

  await page.getByLabel('正文').fill('可以。蓝鲸空间站可住四个人。');
  await button('保存').click();
  await page.getByText(/版本 2/).waitFor();
  await button('更多操作').click();
  await page.getByRole('menuitem', { name: '修改历史' }).click();
  await dialog().getByRole('button', { name: /版本 1/ }).click();
  await button('恢复此版本', dialog()).click();
  await page.getByText(/版本 3/).first().waitFor();
  await preview.getByText('三个人').waitFor();
  assert.match(await page.getByLabel('正文').inputValue(), /三个人/);

  await go('/knowledge');
  await button('问一问').click();
  await dialog().getByLabel('问题').fill('蓝鲸空间站可以住人吗');
  await dialog().getByLabel('问题').press('Enter');
  await dialog().getByText('直接回答').waitFor();
  await dialog().getByText(/三个人/).first().waitFor();
});

test('a webhook shows its secret once, and what became of a test event', async () => {
  await go('/settings/webhooks');
  await button('新建 Webhook').click();
  await dialog().getByLabel('接收地址').fill('https://hooks.bluewhale.invalid/in');
  await button('创建', dialog()).click();
  await dialog().getByText(/^•+$|^whsec_/).first().waitFor();
  await button('继续', dialog()).click();
  await button('发送测试事件').click();
  await page.getByText('测试事件已加入队列').waitFor();
  await page.getByText('webhook.test').first().waitFor();
});

test('a token works until it is revoked', async () => {
  await go('/settings/tokens');
  await button('新建令牌').click();
  await dialog().getByLabel('名称').fill('测试令牌');
  await button('创建', dialog()).click();
  const token = (await dialog().getByText(/^qnt_/).textContent()).trim();
  await button('我已保存', dialog()).click();
  const ask = () => fetch(`${server.url}/api/v1/auth/me`, { headers: { Authorization: `Bearer ${token}` } }).then((r) => r.status);
  assert.equal(await ask(), 200);
  await page.getByRole('row', { name: /测试令牌/ }).getByRole('button', { name: '吊销' }).click();
  await button('吊销', dialog()).click();
  await page.getByText('已吊销').waitFor();
  assert.equal(await ask(), 401);
});

test('nothing of it broke the policy or threw', () => {
  assert.deepEqual(page.trouble, []);
});
