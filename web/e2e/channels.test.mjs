// A WeChat account connected by hand in the browser, against a platform on loopback: the form from the channel's schema, the address to
// copy, the test, a customer's message, what the reply window leaves in the composer, the wall, and a file that leaves as a link.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn } from './harness.mjs';

const TOKEN = 'push-token';
let server;
let browser;
let page;
let platform;
const sent = [];

before(async () => {
  platform = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      if (request.url.includes('/message/custom/send')) sent.push(JSON.parse(body));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ errcode: 0, access_token: 'tok', expires_in: 7200, openid: 'o1', remark: '林晓' }));
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

const button = (name, scope = page) => scope.getByRole('button', { name, exact: true }).first();
const dialog = () => page.getByRole('dialog');

/** A follower's text, as the platform pushes it. */
async function push(address, id, text) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHash('sha1').update([TOKEN, timestamp, 'n'].sort().join('')).digest('hex');
  const body =
    `<xml><ToUserName>gh</ToUserName><FromUserName>o1</FromUserName><CreateTime>${timestamp}</CreateTime>` +
    `<MsgType>text</MsgType><Content><![CDATA[${text}]]></Content><MsgId>${id}</MsgId></xml>`;
  const answer = await fetch(`${address}?signature=${signature}&timestamp=${timestamp}&nonce=n`, { method: 'POST', body });
  assert.equal(await answer.text(), 'success');
}

test('the account is connected, tested and takes messages', async () => {
  await page.goto(`${server.url}/settings/inboxes`);
  await button('新建渠道').click();
  await dialog().getByText('微信公众号', { exact: true }).click();
  await dialog().getByLabel('名称', { exact: true }).fill('我的公众号');
  await button('创建', dialog()).click();
  await dialog().getByLabel(/AppID/).fill('wx1');
  await dialog().getByLabel(/^AppSecret/).fill('s3cret');
  await dialog().getByLabel(/^令牌/).fill(TOKEN);
  await dialog().getByLabel(/^平台地址/).fill(`http://127.0.0.1:${platform.address().port}`);
  await button('创建', dialog()).click();
  await page.getByRole('heading', { name: '我的公众号' }).waitFor();
  await page.getByRole('tab', { name: '对接' }).click();
  const address = await page.getByLabel('回调地址', { exact: true }).textContent();
  assert.match(address, /\/api\/v1\/channels\/wechat_official\/\w+$/);
  assert.equal(await page.getByLabel(/^AppSecret/).inputValue(), '', 'a secret is never shown again');
  assert.equal(await page.getByLabel(/^AppSecret/).getAttribute('placeholder'), '已设置，留空则不变');
  await button('测试连接').click();
  await page.getByText('平台接受了凭据，连接正常。').waitFor();
  assert.deepEqual(await findings(page), []);
  const local = `${server.url}${new URL(address).pathname}`;
  await push(local, 1, '转人工');
  await page.waitForFunction(async () => {
    const inboxes = (await (await fetch('/api/v1/inboxes?limit=50')).json()).items;
    const id = inboxes.find((one) => one.channel === 'wechat_official').id;
    return (await (await fetch(`/api/v1/inboxes/${id}/health`)).json()).received === 1;
  });

  await page.goto(`${server.url}/`);
  await page.evaluate(async () => {
    const { items } = await (await fetch('/api/v1/conversations?bucket=all&limit=1')).json();
    location.assign(`/conversations/${items[0].id}`);
  });
  await page.getByText(/该渠道还可回复 \d 条/).waitFor();
  const composer = page.getByRole('textbox', { name: '消息输入框' });
  for (let n = 0; n < 6 && (await page.getByText(/该渠道还可回复/).count()) > 0; n += 1) {
    const before = sent.length;
    await composer.fill(`第 ${n} 句`);
    await composer.press('Enter');
    await page.waitForFunction((text) => document.body.innerText.includes(text), `第 ${n} 句`);
    for (let tries = 0; tries < 100 && sent.length === before; tries += 1) await new Promise((done) => setTimeout(done, 50));
  }
  await page.getByText('平台暂不允许回复：请等客户再次来消息，或写备注。').waitFor();
  await push(local, 2, '还在吗');
  await page.getByText(/该渠道还可回复 5 条/).waitFor();
  // What this channel cannot send as a file is told before it leaves as a link.
  const file = { name: '说明.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') };
  await page.locator('input[type=file]').first().setInputFiles([file]);
  await page.getByText('该渠道不能发送这类文件，客户收到的是链接').waitFor();
  await button('移除 说明.pdf').click();
  assert.deepEqual(page.trouble, []);
});
