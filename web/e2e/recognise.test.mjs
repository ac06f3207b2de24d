// Who may be one person, as an administrator sets it: devices with consent suggest, likeness links from a threshold on, and an agent takes
// it back; what likeness proves; and the bot is told to ask for ratings on a platform.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { INBOX, Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let admin;

async function post(path, token, body) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(`${server.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.status === 204 ? null : answer.json();
}

/** A visitor with a name and a phone who asks; gives the conversation's id. */
async function visitor(name, phone, text) {
  const { visitor_token: token } = await post('/widget/boot', null, { key: INBOX });
  const sent = await post('/widget/messages', token, { client_msg_id: 'm1', text });
  await post('/widget/attributes', token, { attributes: {}, name, phone });
  return sent.conversation.id;
}

const read = (path) => admin.evaluate(async (url) => (await fetch(url)).json(), `/api/v1${path}`);

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

test('contacts that are alike enough are linked from the threshold on, and an agent takes it back', async () => {
  await visitor('王小明', '139 1086 2254', '我的耳机想退货');
  await admin.goto(`${server.url}/settings/linking`);
  await admin.getByRole('switch', { name: '资料足够相近时自动关联' }).click();
  const least = admin.getByLabel('自动关联的可能性不低于（%）');
  await least.fill('50');
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('请输入 90 到 99.99 之间的数字，且不低于提示的可能性。').waitFor();
  assert.deepEqual(await findings(admin), []);
  await least.fill('99');
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('已保存', { exact: true }).waitFor();
  const { suggest, link } = await read('/link-policy');
  assert.deepEqual({ suggest, link }, { suggest: 0.1, link: 0.99 });

  const second = await visitor('Wang Xiaoming', '13910862254', '退货到哪一步了');
  await admin.goto(`${server.url}/conversations/${second}`);
  const linked = admin.getByRole('region', { name: '同一位客户' });
  await linked.getByText(/资料相近，自动关联（可能性 99/).waitFor();
  await linked.getByText('推断').waitFor();
  await linked.getByRole('button', { name: '取消关联' }).click();
  await linked.waitFor({ state: 'hidden' });
  assert.deepEqual(admin.trouble, []);
});

test('what a colleague sets meanwhile is on the page that is open', async () => {
  await admin.goto(`${server.url}/settings/linking`);
  const least = admin.getByLabel('自动关联的可能性不低于（%）');
  await least.waitFor();
  assert.equal(await least.inputValue(), '99');
  const { suggest, version } = await read('/link-policy');
  const answer = await admin.evaluate(async (policy) => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/api/v1/link-policy', { method: 'PUT', headers, body: JSON.stringify(policy) })).status;
  }, { suggest, link: 0.97, version });
  assert.equal(answer, 200);
  await admin.waitForFunction(() => [...document.querySelectorAll('input[type=number]')].some((field) => field.value === '97'));
});

test('what likeness proves is shown, and learnt only where there are contacts enough', async () => {
  await admin.goto(`${server.url}/settings/linking`);
  const table = admin.getByRole('region', { name: '各项证据的分量' });
  await table.getByText('读音相同').waitFor();
  assert.equal(await table.getByRole('row').count(), 23);
  const { contacts, contacts_min: min } = await read('/match-weights');
  assert.ok(contacts > 0 && contacts < min);
  await admin.getByText(`客户不足 ${min} 位`).waitFor();
  assert.ok(await admin.getByRole('button', { name: '用本公司的数据重新学习' }).isDisabled());
  const own = (checked) => admin.getByRole('switch', { name: '使用从本公司客户学到的分量', checked });
  await own(true).click();
  await own(false).waitFor();
  assert.equal((await read('/match-weights')).used, false);
  await own(false).click();
  await own(true).waitFor();
  assert.deepEqual(await findings(admin), []);
  assert.deepEqual(admin.trouble, []);
});

test('a device suggests only with the switch and the consent, and says so', async () => {
  const inbox = (await read('/inboxes?limit=200')).items.find((one) => one.key === INBOX);
  assert.equal(inbox.widget.device_links, false);
  await admin.goto(`${server.url}/settings/inboxes/${inbox.id}`);
  await admin.getByRole('switch', { name: '按设备提示可能的同一客户' }).click();
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('已保存', { exact: true }).waitFor();

  const device = 'app-install-0123456789';
  const consent = { device: true };
  const first = await post('/widget/boot', null, { key: INBOX, device, consent });
  await post('/widget/messages', first.visitor_token, { client_msg_id: 'd1', text: '在吗，帮我看看耳机' });
  const shop = await visit(browser, server);
  await shop.getByRole('textbox').first().waitFor();
  assert.equal(await shop.evaluate(() => localStorage.getItem('qn.device')), null, 'nothing is kept unasked');
  await say(shop, '设备测试的问题');
  const again = await post('/widget/boot', null, { key: INBOX, device, consent });
  const sent = await post('/widget/messages', again.visitor_token, { client_msg_id: 'd2', text: '还是我，耳机的事' });
  await admin.goto(`${server.url}/conversations/${sent.conversation.id}`);
  const maybe = admin.getByRole('region', { name: '可能是同一人' });
  await maybe.getByText('设备').waitFor();
  await maybe.getByText('+18').waitFor();
  await post('/widget/consent', again.visitor_token, { consent: { device: false } });
  await maybe.waitFor({ state: 'hidden' });
  assert.deepEqual(admin.trouble, []);
});

test('a platform’s inbox asks for ratings where it is told to', async () => {
  await admin.goto(`${server.url}/settings/inboxes`);
  const made = await admin.evaluate(async () => {
    const body = JSON.stringify({ name: 'LINE', channel: 'line', channel_settings: { channel_id: '1', channel_secret: 'secret' } });
    const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
    return (await fetch('/api/v1/inboxes', { method: 'POST', headers, body })).json();
  });
  assert.ok(made.id, JSON.stringify(made));
  await admin.goto(`${server.url}/settings/inboxes/${made.id}`);
  await admin.getByRole('switch', { name: '结束后邀请评价' }).click();
  await admin.getByRole('button', { name: '保存', exact: true }).click();
  await admin.getByText('已保存', { exact: true }).waitFor();
  assert.equal((await read(`/inboxes/${made.id}`)).widget.csat_by_message, true);
  assert.deepEqual(admin.trouble, []);
});
