// A real mailbox in the console: a picture stands where its writer put it, a logo is no attachment, and what became no message is listed
// with the mail as it came.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

const servers = Object.fromEntries((process.env.QN_TEST_MAIL ?? '').split(' ').map((word) => word.split('=')));
const skip = servers.imap ? false : 'QN_TEST_MAIL is not set: no real mail servers';
const user = `pictures${process.pid}`;
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
let server;
let browser;

const picture = (cid, name) =>
  ['--r', `Content-Type: image/png; name="${name}"`, 'Content-Transfer-Encoding: base64', `Content-ID: <${cid}>`, 'Content-Disposition: inline', '', DOT].join('\r\n');

const LETTER = [
  'From: Anna Li <anna@customer.example>',
  'To: help@shop.example',
  'Subject: Order 4711',
  'Message-ID: <pictures@customer.example>',
  'Content-Type: multipart/related; boundary=r',
  '',
  '--r',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>The page says this:</p><img src="cid:shot@x"><p>What shall I do?</p><p>Best regards,</p><p>Anna Li<br><img src="cid:logo@x"></p>',
  picture('shot@x', 'screen.png'),
  picture('logo@x', 'logo.png'),
  '--r--',
  '',
].join('\r\n');

/** One more than a page of the list. */
const AWAY = Array.from({ length: 51 }, (_, n) => `From: away${n}@customer.example\r\nAuto-Submitted: auto-replied\r\nSubject: Out of office ${n}\r\n\r\nBack on Monday.\r\n`);

function deliver(mails) {
  for (const folder of ['', 'new', 'cur', 'tmp']) {
    mkdirSync(join(servers.mail, user, folder), { recursive: true });
    chmodSync(join(servers.mail, user, folder), 0o777);
  }
  mails.forEach((mail, n) => {
    const file = join(servers.mail, user, 'new', `${1_700_000_000 + n}.${n}.test`);
    writeFileSync(file, mail);
    chmodSync(file, 0o666);
  });
}

before(async () => {
  if (skip) return;
  server = await Server.start({ QN__EGRESS__ALLOW_PRIVATE: '127.0.0.1' });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a picture stands in the letter, and automatic answers are listed page by page', { skip }, async () => {
  deliver([LETTER, ...AWAY]);
  const page = await open(browser);
  await signIn(page, server, 'admin@bluewhale.example');
  const settings = {
    address: 'help@shop.example',
    user,
    password: servers.password,
    read_old: true,
    imap_host: '127.0.0.1',
    imap_port: Number(servers.imap),
    imap_security: 'plain',
    smtp_host: '127.0.0.1',
    smtp_port: 9,
    smtp_security: 'plain',
  };
  const inbox = await page.evaluate(async (settings) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
    const body = JSON.stringify({ name: '邮箱', channel: 'email', bot_enabled: false, channel_settings: settings });
    return (await fetch('/api/v1/inboxes', { method: 'POST', headers, body })).json();
  }, settings);
  const ask = (path) => page.evaluate(async (path) => (await fetch(`/api/v1${path}`)).json(), path);
  // The server fetches the box by itself; every look is a round through it.
  let id;
  while (id === undefined) {
    const [talks, aside] = [await ask(`/conversations?inbox_id=${inbox.id}`), await ask(`/inboxes/${inbox.id}/mails-set-aside?limit=200`)];
    if (talks.items.length === 1 && aside.items.length === AWAY.length) id = talks.items[0].id;
    else await page.evaluate(() => new Promise(requestAnimationFrame));
  }

  await page.goto(`${server.url}/conversations/${id}`);
  const thread = page.getByRole('log');
  const shown = thread.getByRole('button', { name: '查看图片 screen.png' });
  await shown.waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('[role=log] img')].every((image) => image.complete && image.naturalWidth === 1));
  const words = await thread.innerText();
  assert.ok(words.indexOf('The page says this:') < words.indexOf('What shall I do?'), words);
  const between = await shown.evaluate((picture) => [picture.previousElementSibling?.textContent.includes('says this'), picture.nextElementSibling?.textContent.includes('What shall')]);
  assert.deepEqual(between, [true, true], 'the picture stands between the words');
  assert.equal(await thread.getByText('logo.png').count(), 1, 'the folded signature names the logo, and nothing else does');
  await shown.click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(await findings(page), []);

  await page.goto(`${server.url}/settings/inboxes/${inbox.id}`);
  await page.getByRole('tab', { name: '对接' }).click();
  const list = page.getByRole('region', { name: '没有成为消息的邮件' });
  await list.getByText('自动回复', { exact: true }).first().waitFor();
  const originals = list.getByRole('link', { name: '下载原始邮件' });
  assert.equal(await originals.count(), 50);
  const href = await originals.first().getAttribute('href');
  const original = await page.evaluate(async (href) => (await fetch(href)).text(), href);
  assert.match(original, /Back on Monday\./);
  await page.getByRole('tabpanel', { name: '对接' }).getByRole('button', { name: '加载更多' }).click();
  await originals.nth(50).waitFor();
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(page.trouble, []);
});
