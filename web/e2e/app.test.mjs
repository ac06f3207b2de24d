// The JavaScript of the how-to for mobile apps, as it stands there, against a real server: only `uni` is played, by what a browser has. It
// sends once whatever is sent twice, brings a file, goes on where its connection broke, and hears, reads and rates.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server, launch, open, signIn } from './harness.mjs';

const HOW_TO = join(import.meta.dirname, '../../docs/how-to');
let server;
let browser;
let admin;
let inbox;
let secret;

/** The one sample in JavaScript. */
async function sample(page) {
  const text = await readFile(join(HOW_TO, page), 'utf8');
  const found = [...text.matchAll(/```js\n([\s\S]*?)\n```/g)];
  assert.equal(found.length, 1, `${page} has one sample in JavaScript`);
  return found[0][1];
}

const withoutWords = (code) => code.replaceAll(/(^|\s)\/\/ .*$/gm, '').replaceAll(/\s+/g, ' ');

async function call(path, body) {
  const answer = await admin.evaluate(
    async ([path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const answer = await fetch(`/api/v1${path}`, body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) });
      return [answer.status, await answer.text()];
    },
    [path, body],
  );
  assert.ok(answer[0] < 300, `${path}: ${answer}`);
  return answer[1] ? JSON.parse(answer[1]) : null;
}

/** uni-app's three functions, as its H5 builds have them. */
function playUni() {
  window.files = {};
  window.sockets = [];
  window.hellos = [];
  window.uni = {
    request({ url, method, header, data, success, fail }) {
      fetch(url, { method, headers: { 'content-type': 'application/json', ...header }, body: JSON.stringify(data) })
        .then(async (answer) => {
          const text = await answer.text();
          success({ statusCode: answer.status, data: text ? JSON.parse(text) : '' });
        })
        .catch(fail);
    },
    uploadFile({ url, filePath, name, header, success, fail }) {
      const form = new FormData();
      form.append(name, window.files[filePath], filePath);
      fetch(url, { method: 'POST', headers: header, body: form })
        .then(async (answer) => success({ statusCode: answer.status, data: await answer.text() }))
        .catch(fail);
    },
    connectSocket({ url }) {
      const socket = new WebSocket(url);
      window.sockets.push(socket);
      return {
        onOpen: (hear) => socket.addEventListener('open', hear),
        onMessage: (hear) => socket.addEventListener('message', hear),
        onClose: (hear) => socket.addEventListener('close', hear),
        send: ({ data }) => {
          window.hellos.push(JSON.parse(data));
          socket.send(data);
        },
        close: () => socket.close(),
      };
    },
  };
}

/** What the company's own server does. */
function userToken(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp: Math.floor(Date.now() / 1000) + 300, ...claims })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

before(async () => {
  server = await Server.start();
  browser = await launch();
  admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  inbox = await call('/inboxes', { name: 'App', channel: 'mobile' });
  secret = (await call(`/inboxes/${inbox.id}/secret?rotate=false`, {})).secret;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('both languages of the how-to show the same code', async () => {
  assert.equal(withoutWords(await sample('mobile-sdk.md')), withoutWords(await sample('mobile-sdk.zh-CN.md')));
});

test('an app made of the sample talks, sends a file, goes on after a break, and hears, reads and rates', async () => {
  const app = await open(browser, { bypassCSP: true });
  await app.goto(`${server.url}/demo`);
  await app.evaluate(playUni);
  const code = (await sample('mobile-sdk.md')).replace('https://chat.example', server.url);
  await app.addScriptTag({ type: 'module', content: `${code}\nwindow.support = { send, upload, read, rate, follow };` });
  await app.waitForFunction(() => window.support);
  const boot = await fetch(`${server.url}/api/v1/widget/boot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: inbox.key, user_token: userToken({ sub: 'user-7', name: '王小明' }), language: 'zh-CN' }),
  });
  assert.equal(boot.status, 200);
  const token = (await boot.json()).visitor_token;
  const ask = (name, ...more) => app.evaluate(([name, more]) => window.support[name](...more), [name, [token, ...more]]);
  await app.evaluate((token) => {
    window.heard = [];
    window.stop = window.support.follow(token, (changes) => window.heard.push(...changes), () => (window.follows = true));
  }, token);
  await app.waitForFunction(() => window.follows);
  /** Until the app has heard of a message that says this, or that was recalled. */
  const hears = (type, text) =>
    app
      .waitForFunction(
        ([type, text]) => {
          const of = window.heard.filter((change) => change.type === type).map((change) => change.message);
          return of.find((message) => (text === null ? message.recalled_at : message.content.text.includes(text)));
        },
        [type, text],
      )
      .then((found) => found.jsonValue());

  // Sent twice with one id it is one message, and the bot answers it.
  const first = await ask('send', '怎么申请退货？', 'app-1');
  const again = await ask('send', '怎么申请退货？', 'app-1');
  assert.equal(again.message.id, first.message.id);
  const id = first.conversation.id;
  await app.waitForFunction(() => window.heard.some((change) => change.type === 'message.created' && change.message.author.kind === 'bot'));

  // A file.
  await app.evaluate(() => {
    window.files['/photo/receipt.txt'] = new Blob(['订单 A20260101001'], { type: 'text/plain' });
  });
  const file = await ask('upload', '/photo/receipt.txt');
  const sent = await ask('send', '收据在这里', 'app-2', [file.id]);
  assert.deepEqual(sent.message.content.attachments.map((one) => one.id), [file.id]);

  // The connection breaks; what a person writes meanwhile comes after it is back, once.
  await app.evaluate(() => window.sockets.at(-1).close());
  const answer = await call(`/conversations/${id}/messages`, { client_msg_id: 'desk-1', text: '收到您的收据，马上处理。' });
  await hears('message.created', '收到您的收据');
  const hellos = await app.evaluate(() => window.hellos);
  assert.equal(hellos.length, 2);
  assert.equal(hellos[1].resume.conversation_id, id);
  const seqs = await app.evaluate(() => window.heard.filter((change) => change.type === 'message.created').map((change) => change.message.seq));
  assert.deepEqual(seqs, [...new Set(seqs)].sort((a, b) => a - b), 'in order, and nothing twice');

  // Read, as the desk sees it.
  await ask('read', answer.seq);
  assert.ok((await call(`/conversations/${id}`)).contact_read_seq >= answer.seq);

  // Recalled, after it was delivered.
  const slip = await call(`/conversations/${id}/messages`, { client_msg_id: 'desk-2', text: '发错了' });
  await hears('message.created', '发错了');
  await call(`/conversations/${id}/messages/${slip.id}/recall`, {});
  const recalled = await hears('message.updated', null);
  assert.deepEqual([recalled.id, recalled.content.text], [slip.id, '']);

  // Rated when it is over, and not before.
  await assert.rejects(ask('rate', 5, '很快'));
  await call(`/conversations/${id}/resolve`, {});
  await ask('rate', 5, '很快');
  const { csat } = await call(`/conversations/${id}`);
  assert.deepEqual([csat.score, csat.comment], [5, '很快']);
  await app.evaluate(() => window.stop());
  assert.deepEqual(app.trouble, []);
  await app.context().close();
});
