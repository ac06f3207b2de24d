// WhatsApp after its 24 hours, against a platform on loopback: the composer says that only templates go out, the agent chooses one, the
// words leave as its variable, and a new message of the customer opens the window for plain words again.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

const SECRET = 'app-s3cret';
let server;
let browser;
let page;
let platform;
/** What the platform took, and who waits for the next. */
const sent = [];
let told = () => undefined;

before(async () => {
  platform = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      if (request.method === 'POST') {
        sent.push(JSON.parse(body));
        told();
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ messages: [{ id: `wamid.out${sent.length}` }] }));
    });
  }).listen(0, '127.0.0.1');
  await once(platform, 'listening');
  server = await Server.start({ QN__EGRESS__ALLOW_PRIVATE: '127.0.0.1' });
  browser = await launch();
  page = await open(browser);
  await signIn(page, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
  platform?.close();
});

/** The first request that fits, now or when it comes. */
async function taken(fits) {
  for (;;) {
    const found = sent.find(fits);
    if (found) return found;
    await new Promise((come) => (told = come));
  }
}

/** A customer's text, as the platform brings it. */
async function bring(path, id, seconds, text) {
  const message = { id, from: '491512345678', timestamp: String(seconds), type: 'text', text: { body: text } };
  const value = { messaging_product: 'whatsapp', metadata: { phone_number_id: '1' }, contacts: [{ wa_id: '491512345678', profile: { name: 'Anna' } }], messages: [message] };
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: 'e', changes: [{ field: 'messages', value }] }] });
  const sign = createHmac('sha256', SECRET).update(body).digest('hex');
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${sign}` }, body });
  assert.equal(answer.status, 200);
}

test('after the window an agent chooses the template that the words go into', async () => {
  const settings = {
    phone_number_id: '1',
    access_token: 't',
    app_secret: SECRET,
    verify_token: 'v',
    template_name: 'follow_up, order_update:de',
    api_base: `http://127.0.0.1:${platform.address().port}`,
  };
  const inbox = await page.evaluate(async (settings) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
    const body = JSON.stringify({ name: 'WhatsApp', channel: 'whatsapp', bot_enabled: false, channel_settings: settings });
    return (await fetch('/api/v1/inboxes', { method: 'POST', headers, body })).json();
  }, settings);
  const path = new URL(inbox.webhook_url, server.url).pathname;
  const now = Math.floor(Date.now() / 1000);
  await bring(path, 'wamid.old', now - 25 * 3_600, 'Wo bleibt mein Paket?');
  const id = await page.evaluate(async (inbox) => {
    for (;;) {
      const { items } = await (await fetch(`/api/v1/conversations?inbox_id=${inbox}`)).json();
      if (items.length > 0) return items[0].id;
      await new Promise(requestAnimationFrame);
    }
  }, inbox.id);

  await page.goto(`${server.url}/conversations/${id}`);
  await page.getByText('已过平台的回复时限：只能按模板发送，或写备注。').waitFor();
  const choice = page.getByRole('combobox', { name: '按模板发送' });
  await choice.waitFor();
  assert.match(await choice.innerText(), /^follow_up/, 'the first is the default');
  await choice.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'order_update', exact: true }).click();
  assert.deepEqual(await findings(page), []);
  const composer = page.getByRole('textbox', { name: '消息输入框' });
  await composer.fill('Ihr Paket kommt morgen.');
  await composer.press('Enter');
  const { template } = await taken((one) => one.template?.name === 'order_update');
  assert.equal(template.language.code, 'de');
  assert.match(JSON.stringify(template.components), /Ihr Paket kommt morgen\./);

  await bring(path, 'wamid.new', Math.floor(Date.now() / 1000), 'Danke!');
  await choice.waitFor({ state: 'detached' });
  await page.getByText('该渠道可以回复').waitFor();
  await composer.fill('Gern geschehen.');
  await composer.press('Enter');
  const plain = await taken((one) => one.text?.body === 'Gern geschehen.');
  assert.equal(plain.template, undefined);
  assert.equal(sent.filter((one) => one.template?.name === 'order_update').length, 1);
  assert.deepEqual(page.trouble, []);
});
