// A message centre connected by hand in the browser: the form from the channel's schema, a wrong password told in words, the right one, and a
// customer's text. The centre is a few lines of SMPP on loopback.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

const PASSWORD = 's3cret';
let server;
let browser;
let page;
let centre;
const sockets = new Set();
let isTaken = false;

function pdu(id, status, number, body = Buffer.alloc(0)) {
  const head = Buffer.alloc(16);
  [16 + body.length, id, status, number].forEach((word, place) => head.writeUInt32BE(word, place * 4));
  return Buffer.concat([head, body]);
}

/** A customer's text in UCS-2. */
function text(number, words) {
  const data = Buffer.from(words, 'utf16le').swap16();
  const from = Buffer.from('\0\x01\x018613800138000\0\0\x0110690001\0');
  return pdu(5, 0, number, Buffer.concat([from, Buffer.from([0, 0, 0, 0, 0, 0, 0, 8, 0, data.length]), data]));
}

function serve(socket) {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => undefined);
  let buffer = Buffer.alloc(0);
  socket.on('data', (piece) => {
    buffer = Buffer.concat([buffer, piece]);
    while (buffer.length >= 16 && buffer.length >= buffer.readUInt32BE(0)) {
      const whole = buffer.subarray(0, buffer.readUInt32BE(0));
      buffer = buffer.subarray(whole.length);
      const [id, number] = [whole.readUInt32BE(4), whole.readUInt32BE(12)];
      if (id === 9) {
        const isRight = whole.subarray(16).toString().split('\0')[1] === PASSWORD;
        socket.write(isRight ? pdu(0x80000009, 0, number, Buffer.from('smsc\0')) : pdu(0x80000009, 0x0e, number));
        // Brought on every session until it was answered.
        if (isRight && !isTaken) socket.write(text(1, '怎么退货?'));
      }
      if (id === 0x80000005) isTaken = true;
      if (id === 4) socket.write(pdu(0x80000004, 0, number, Buffer.from('1\0')));
      if (id === 0x15) socket.write(pdu(0x80000015, 0, number));
    }
  });
}

before(async () => {
  centre = createServer(serve).listen(0, '127.0.0.1');
  await once(centre, 'listening');
  server = await Server.start({ QN__EGRESS__ALLOW_PRIVATE: '127.0.0.1' });
  browser = await launch();
  page = await open(browser);
  await signIn(page, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
  sockets.forEach((socket) => socket.destroy());
  centre?.close();
});

const button = (name, scope = page) => scope.getByRole('button', { name, exact: true }).first();
const dialog = () => page.getByRole('dialog');

test('a message centre is connected, a wrong password is told, and a text comes', async () => {
  await page.goto(`${server.url}/settings/inboxes`);
  await button('新建渠道').click();
  await dialog().getByText('短信（SMPP）', { exact: true }).click();
  await dialog().getByLabel('名称', { exact: true }).fill('运营商短信');
  await dialog().getByLabel(/^主机/).fill('127.0.0.1');
  await dialog().getByLabel(/^账号 system_id/).fill('esme1');
  await dialog().getByLabel(/^密码/).fill('wrong');
  assert.equal(await dialog().getByLabel(/^端口/).getAttribute('placeholder'), '2775');
  await dialog().getByLabel(/^端口/).fill(String(centre.address().port));
  await button('创建', dialog()).click();
  await page.getByRole('heading', { name: '运营商短信' }).waitFor();
  await page.getByRole('tab', { name: '对接' }).click();
  await button('测试连接').click();
  await page.getByRole('status').getByText('平台不认可渠道的凭证，请检查设置').waitFor();
  assert.equal(await page.getByText('回调地址', { exact: true }).count(), 0, 'nobody calls us');
  assert.equal(await page.getByLabel(/^密码/).getAttribute('placeholder'), '已设置，留空则不变');
  assert.deepEqual(await findings(page), []);

  await page.getByLabel(/^密码/).fill(PASSWORD);
  await button('保存').click();
  await page.waitForFunction(async () => {
    const inboxes = (await (await fetch('/api/v1/inboxes?limit=50')).json()).items;
    return inboxes.find((one) => one.channel === 'smpp').version > 1;
  });
  await button('测试连接').click();
  await page.getByText('平台接受了凭据，连接正常。').waitFor();
  await page.waitForFunction(async () => {
    const inboxes = (await (await fetch('/api/v1/inboxes?limit=50')).json()).items;
    const id = inboxes.find((one) => one.channel === 'smpp').id;
    return (await (await fetch(`/api/v1/inboxes/${id}/health`)).json()).received === 1;
  });
  assert.deepEqual(page.trouble, []);
});
