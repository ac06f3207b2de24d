// A letter waits ten seconds before it leaves: it is taken back with one press, and its words are in the composer again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const call = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      return (await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
    },
    [method, path, body],
  );

test('a letter is taken back while it waits', async () => {
  const admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  const settings = { address: 'help@shop.example', imap_host: '127.0.0.1', smtp_host: '127.0.0.1', password: 'x' };
  const inbox = await call(admin, 'POST', '/inboxes', { name: '邮箱', channel: 'email', channel_settings: settings });
  const { items } = await call(admin, 'GET', '/contacts?limit=1');
  const agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  const words = '您的发票已开出，请查收。';
  const begun = { contact_id: items[0].id, inbox_id: inbox.id, text: words, client_msg_id: 'letter-1' };
  const { id } = await call(agent, 'POST', '/conversations', begun);
  await agent.goto(`${server.url}/conversations/${id}`);
  await agent.getByRole('button', { name: /^撤销发送（\d+ 秒）$/ }).click();
  await agent.getByRole('log').getByText('撤回了一条消息').waitFor();
  // The line comes with the news, the words with the answer: either may be first.
  await agent.waitForFunction((words) => document.querySelector('textarea')?.value === words, words);
  assert.deepEqual(await findings(agent), []);
  assert.deepEqual([...admin.trouble, ...agent.trouble], []);
});
