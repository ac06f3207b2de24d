// One customer in two browsers: what both typed suggests it, an agent says so beside the conversation, sees the earlier one, and takes it
// back; in Chinese and in English.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { INBOX, Server, findings, launch, open, signIn } from './harness.mjs';

let server;
let browser;
const talks = [];

async function post(path, token, body) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(`${server.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.status === 204 ? null : answer.json();
}

/** A visitor who types a name and a phone, and asks; gives the conversation's id. */
async function visitor(name, text) {
  const { visitor_token: token } = await post('/widget/boot', null, { key: INBOX });
  const sent = await post('/widget/messages', token, { client_msg_id: `m-${talks.length}`, text });
  await post('/widget/attributes', token, { attributes: {}, name, phone: '139 1086 2253' });
  return sent.conversation.id;
}

before(async () => {
  server = await Server.start();
  browser = await launch();
  talks.push(await visitor('王小明', '我的蓝鲸耳机想退货'), await visitor('Wang Xiaoming', '退货到哪一步了'));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function panel(options, email) {
  const page = await open(browser, options);
  await signIn(page, server, email);
  await page.goto(`${server.url}/conversations/${talks[1]}`);
  await page.getByRole('log').waitFor();
  return page;
}

test('an agent joins two contacts, reads the earlier conversation, and parts them again', async () => {
  const page = await panel({}, 'zhouming@bluewhale.example');
  const maybe = page.getByRole('region', { name: '可能是同一人' });
  await maybe.getByText('王小明').waitFor();
  await maybe.getByText('+19').waitFor();
  const none = page.getByText('这是第一次会话');
  await none.waitFor();
  assert.deepEqual(await findings(page), []);
  await maybe.getByRole('button', { name: '是同一人', exact: true }).click();
  const linked = page.getByRole('region', { name: '同一位客户' });
  await linked.getByText('周明 确认').waitFor();
  // The other contact's conversation is on the timeline now, and unfolds in place.
  await none.waitFor({ state: 'hidden' });
  const timeline = page.getByRole('list', { name: '客户在各渠道的会话' });
  await timeline.getByText('当前会话').waitFor();
  const other = timeline.getByRole('listitem').filter({ hasText: '我的蓝鲸耳机想退货' });
  await other.getByText('官网在线客服').waitFor();
  await other.getByRole('button', { name: '我的蓝鲸耳机想退货' }).click();
  await other.getByRole('log').getByText('我的蓝鲸耳机想退货').waitFor();
  await other.getByRole('button', { name: '打开会话' }).waitFor();
  assert.deepEqual(await findings(page), []);
  await linked.getByRole('button', { name: '取消关联' }).click();
  await linked.waitFor({ state: 'hidden' });
  await none.waitFor();
  await page.getByText('关联记录（1）').waitFor();
  assert.equal(await maybe.count(), 0, 'who was parted is not suggested again');
  assert.deepEqual(page.trouble, []);
});

test('what the customer agreed to stands beside the conversation, also after they took it back', async () => {
  const page = await open(browser);
  await signIn(page, server, 'admin@bluewhale.example');
  const status = await page.evaluate(async (key) => {
    const { items } = await (await fetch('/api/v1/inboxes?limit=50')).json();
    const { id } = items.find((one) => one.key === key);
    const version = (await (await fetch(`/api/v1/inboxes/${id}`)).json()).version;
    const headers = { 'content-type': 'application/json', 'if-match': `"${version}"` };
    return (await fetch(`/api/v1/inboxes/${id}`, { method: 'PATCH', headers, body: JSON.stringify({ widget: { device_links: true } }) })).status;
  }, INBOX);
  assert.equal(status, 200);
  const consent = { device: true, notice: '隐私声明 2026-10' };
  const { visitor_token: token } = await post('/widget/boot', null, { key: INBOX, device: 'f00d1234cafe5678f00d1234cafe5678', consent });
  const sent = await post('/widget/messages', token, { client_msg_id: 'm-consent', text: '怎么开发票' });
  await page.goto(`${server.url}/conversations/${sent.conversation.id}`);
  const given = page.getByRole('region', { name: '客户的授权' });
  await given.getByText('告知：隐私声明 2026-10').waitFor();
  await given.getByText('同意', { exact: true }).waitFor();
  assert.deepEqual(await findings(page), []);
  await post('/widget/consent', token, { consent: { device: false } });
  await page.reload();
  await given.getByText('不同意', { exact: true }).waitFor();
  assert.equal(await given.getByRole('listitem').count(), 2, 'what was said before stays');
  assert.deepEqual(page.trouble, []);
});

test('the same in English', async () => {
  const page = await panel({ locale: 'en-US' }, 'emma@bluewhale.example');
  await page.getByText('History of links (1)').click();
  await page.getByText('Undone', { exact: true }).waitFor();
  assert.deepEqual(page.trouble, []);
});
