// One customer on three channels within a day, in Chinese and in English: the mini-program (wechatpy plays WeChat), the website (Chromium)
// and e-mail (Postfix and Dovecot). What was said is known at each switch and asked for only once, and all of it is one case with one
// thread; whoever only says that they are that customer gets nothing. Needs `cargo xtask oracle` and the mail servers that `cargo xtask test` starts.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn } from './harness.mjs';

const mailbox = Object.fromEntries((process.env.QN_TEST_MAIL ?? '').split(' ').map((word) => word.split('=')));
const skip = mailbox.smtp ? false : 'QN_TEST_MAIL is not set: no real mail servers';
let server;
let browser;
let admin;
let outside;
let mini;
let site;
let siteSecret;
let mailInbox;

/** Where is my parcel? The one thing it must know is the order. */
const TRACK = {
  format: 1,
  id: 'track',
  name: '查快递',
  variables: [{ name: 'order', type: 'any' }],
  nodes: [
    { id: 'start', kind: 'start', title: '问快递', settings: { trigger: 'message', phrases: ['我的快递到哪了', 'where is my parcel'] } },
    {
      id: 'which',
      kind: 'ask',
      title: '哪一单',
      timeout_ms: 600_000,
      settings: {
        text: "{{ context.conversation.language == 'zh' ? '请告诉我订单号。' : 'What is your order number?' }}",
        known: 'context.entities.order_id',
        save: 'order',
      },
    },
    {
      id: 'told',
      kind: 'say',
      title: '告知',
      settings: { text: "{{ context.conversation.language == 'zh' ? '已发货的订单：' : 'Shipped, order ' }}{{ order }}" },
    },
    { id: 'done', kind: 'end', title: '完成', settings: {} },
    { id: 'person', kind: 'hand_off', title: '转人工', settings: {} },
    { id: 'gone', kind: 'end', title: '交给同事', settings: {} },
  ],
  edges: [
    ['start', 'next', 'which'],
    ['which', 'next', 'told'],
    ['which', 'unclear', 'person'],
    ['which', 'error', 'person'],
    ['told', 'next', 'done'],
    ['person', 'next', 'gone'],
  ].map(([from, port, to]) => ({ from, port, to })),
};

class Outside {
  constructor() {
    const python = join(import.meta.dirname, '../../target/oracle/bin/python');
    const env = { ...process.env, NO_PROXY: '*', PYTHONDONTWRITEBYTECODE: '1' };
    this.child = spawn(python, [join(import.meta.dirname, 'switch.py'), server.url], { stdio: ['pipe', 'pipe', 'inherit'], env });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask(wish) {
    this.child.stdin.write(`${JSON.stringify({ url: mini, ...mailbox, ...ports, ...wish })}\n`);
    const { value, done } = await this.lines.next();
    assert.ok(!done, `${wish.do}: the other side is gone`);
    return JSON.parse(value);
  }
}
const ports = { smtp: Number(mailbox.smtp), imap: Number(mailbox.imap) };

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

/** Asks until the answer is there; the server's own work is what is waited for. */
async function until(what, ask) {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await ask();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${what}: not within 30 s`);
}

before(async () => {
  if (skip) return;
  server = await Server.start({ QN__EGRESS__ALLOW_PRIVATE: '127.0.0.1,localhost' });
  browser = await launch();
  admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  outside = new Outside();
  const inbox = await call('/inboxes', {
    name: '小程序',
    channel: 'wechat_mini_program',
    channel_settings: await outside.ask({ do: 'settings' }),
  });
  mini = `${server.url}${new URL(inbox.webhook_url).pathname}`;
  mailInbox = await call('/inboxes', {
    name: '客服邮箱',
    channel: 'email',
    channel_settings: {
      address: 'support@shop.example',
      user: 'support',
      password: mailbox.password,
      imap_host: '127.0.0.1',
      imap_port: ports.imap,
      imap_security: 'plain',
      smtp_host: '127.0.0.1',
      smtp_port: ports.smtp,
      smtp_security: 'plain',
      read_old: true,
      vouching_server: 'mx.shop.example',
    },
  });
  site = (await call('/inboxes?limit=50')).items.find((one) => one.key === 'bluewhale-web');
  siteSecret = (await call(`/inboxes/${site.id}/secret?rotate=false`, {})).secret;
  await call('/flows', { id: 'track', name: '查快递', document: TRACK });
  await call('/flows/track/publish', { note: '第一版', revision: 1 });
});

after(async () => {
  outside?.child.kill();
  await browser?.close();
  await server?.stop();
});

function userToken(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp: Math.floor(Date.now() / 1000) + 300, ...claims })}`;
  return `${body}.${createHmac('sha256', siteSecret).update(body).digest('base64url')}`;
}

/** The shop's page with its chat open, for a customer who is signed in there. */
async function website(options, claims) {
  const page = await open(browser, options);
  await page.goto(`${server.url}/demo`);
  await page.evaluate((token) => window.qingniao('identify', token), userToken(claims));
  await page.getByRole('button', { name: /咨询客服|Chat|Ask/ }).first().click();
  const isWidget = (frame) => frame.url().includes('/widget/frame');
  const frame = page.frames().find(isWidget) ?? (await page.waitForEvent('framenavigated', isWidget));
  await frame.getByRole('textbox', { name: /消息内容|Message/ }).waitFor();
  return [page, frame, frame.getByRole('log')];
}

/** A conversation by mail with its messages, once it says this. */
async function byMail(subject, shows) {
  return until(`a conversation about ${subject}`, async () => {
    for (const one of (await call(`/conversations?inbox_id=${mailInbox.id}&limit=50`)).items) {
      const { items } = await call(`/conversations/${one.id}/messages?limit=50`);
      if (items.some((m) => m.content.mail?.subject === subject) && shows(items)) return [one, items];
    }
    return null;
  });
}

const bots = (items) => items.filter((m) => m.kind === 'outgoing').map((m) => m.content.text);
const goesOn = (items) => items.map((m) => m.content.activity).find((activity) => activity?.key === 'continued');

const STORIES = [
  {
    tongue: 'Chinese',
    options: {},
    who: { openid: 'o-lilei', box: 'lilei', phone: '13910862253', name: '李雷' },
    order: 'A20260101001',
    track: '我的快递到哪了',
    asked: '请告诉我订单号。',
    shipped: '已发货的订单：A20260101001',
    question: '买了不喜欢可以退吗',
    again: '您刚才在「小程序」问过，答案还是：',
    agent: 'zhouming@bluewhale.example',
    line: '同一位客户，接续「',
    whole: '自动：同一客户，说的都是「查快递」',
    linked: '同一位客户',
  },
  {
    tongue: 'English',
    options: { locale: 'en-US' },
    who: { openid: 'o-anna', box: 'anna', phone: '13764520917', name: 'Anna Berg' },
    order: 'B20260202002',
    track: 'where is my parcel',
    asked: 'What is your order number?',
    shipped: 'Shipped, order B20260202002',
    question: 'What is your return policy?',
    again: 'You asked this in 小程序 a while ago; the answer is still:',
    agent: 'emma@bluewhale.example',
    line: 'The same customer, going on from',
    whole: 'by itself: the same customer, both are about “查快递”',
    linked: 'The same person',
  },
];

for (const story of STORIES) {
  const { who } = story;
  test(`mini-program, website, e-mail on one day, in ${story.tongue}: nothing is asked twice`, { skip }, async () => {
    const told = async (count) => until(`${count} answers to ${who.openid}`, async () => {
      const sent = await outside.ask({ do: 'sent', openid: who.openid });
      return sent.length >= count && sent;
    });
    const push = (id, text) => outside.ask({ do: 'push', openid: who.openid, text, id });

    // The mini-program: asked once, and answered.
    assert.equal(await outside.ask({ do: 'login', openid: who.openid, phone: who.phone }), 204);
    await push(1, story.track);
    assert.ok((await told(1))[0].includes(story.asked));
    await push(2, story.order);
    assert.ok((await told(2))[1].includes(story.shipped));
    await push(3, story.question);
    await told(3);

    // The website, signed in with the same phone.
    const claims = { sub: `u-${who.box}`, name: who.name, phone: who.phone, email: `${who.box}@customer.example` };
    const [page, frame, log] = await website(story.options, claims);
    await say(frame, story.track);
    await log.getByText(story.shipped).waitFor();
    assert.equal(await log.getByText(story.asked).count(), 0, 'the order is known');
    await say(frame, story.question);
    await log.getByText(story.again).waitFor();
    assert.deepEqual(page.trouble, []);

    // A letter from the address that the site vouched for, checked by the mail server.
    const subject = `${story.track} (${who.box})`;
    const heads = [['From', `${who.name.replace(/[^A-Za-z ]/g, '') || 'Li Lei'} <${who.box}@customer.example>`], ['Subject', subject], ['Message-ID', `<1.${who.box}@customer.example>`]];
    await outside.ask({ do: 'mail', user: who.box, heads, text: story.track });
    const [conversation, items] = await byMail(subject, (all) => bots(all).length > 0);
    assert.equal(goesOn(items).params.inbox, '官网在线客服');
    assert.deepEqual(bots(items).filter((text) => text.includes(story.asked)), [], 'the order is known here too');
    const letter = await until('the letter', async () => (await outside.ask({ do: 'letters', user: who.box }))[0]);
    assert.ok(letter.text.includes(story.shipped), letter.text);

    // The agent: one person and one case, whose thread has what was said on all three channels.
    const earlier = (await call(`/contacts/${conversation.contact.id}/conversations?linked=true`)).items;
    assert.deepEqual(earlier.filter((one) => one.merged_into === null).map((one) => one.id), [conversation.id]);
    assert.equal(earlier.length, 3);
    const { ties } = await call(`/conversations/${conversation.id}/ties`);
    assert.deepEqual(ties.map((tie) => [tie.kind, tie.made_by, tie.undone_at]), [['merge', '', null], ['merge', '', null]]);
    const desk = await open(browser, story.options);
    await signIn(desk, server, story.agent);
    await desk.goto(`${server.url}/conversations/${conversation.id}`);
    const thread = desk.getByRole('log');
    await thread.getByText(story.line).first().waitFor();
    await thread.getByText(story.whole).first().waitFor();
    await thread.getByText(story.order, { exact: true }).first().waitFor();
    assert.equal(await thread.getByText(story.question, { exact: true }).count(), 2, 'asked in the mini-program and on the website');
    assert.ok((await thread.getByText(story.shipped).count()) >= 3, 'answered on each channel');
    await desk.getByRole('region', { name: story.linked }).waitFor();
    assert.deepEqual(await findings(desk), []);
    assert.deepEqual(desk.trouble, []);
    await page.context().close();
    await desk.context().close();
  });
}

test('Chinese in the mini-program, then English on the website: nothing is asked twice, the answers are English, and it is one thread', { skip }, async () => {
  const who = { openid: 'o-chenmei', phone: '13564410382', order: 'D20260404004' };
  const told = async (count) => until(`${count} answers to ${who.openid}`, async () => {
    const sent = await outside.ask({ do: 'sent', openid: who.openid });
    return sent.length >= count && sent;
  });
  assert.equal(await outside.ask({ do: 'login', openid: who.openid, phone: who.phone }), 204);
  await outside.ask({ do: 'push', openid: who.openid, text: '我的快递到哪了', id: 1 });
  assert.ok((await told(1))[0].includes('请告诉我订单号。'));
  await outside.ask({ do: 'push', openid: who.openid, text: who.order, id: 2 });
  assert.ok((await told(2))[1].includes(`已发货的订单：${who.order}`));

  // The same phone on the English page: the order that was named in Chinese is known, and everything said to it is English.
  const [page, frame, log] = await website({ locale: 'en-US' }, { sub: 'u-chenmei', name: 'Chen Mei', phone: who.phone });
  await say(frame, 'where is my parcel');
  await log.getByText(`Shipped, order ${who.order}`).waitFor();
  await say(frame, 'What is your return policy?');
  const thread = await until('two English answers', async () => {
    const all = (await call(`/conversations?inbox_id=${site.id}&limit=50`)).items;
    const one = all.find((conversation) => conversation.contact.name === 'Chen Mei');
    const items = one ? (await call(`/conversations/${one.id}/messages?limit=50`)).items : [];
    return bots(items).length >= 2 && { ...one, items };
  });
  assert.deepEqual(bots(thread.items).filter((text) => /\p{Script=Han}/u.test(text)), []);
  assert.deepEqual(bots(thread.items).filter((text) => text.includes('What is your order number?')), []);
  assert.equal(goesOn(thread.items).params.inbox, '小程序');

  // One case, whose thread holds both languages.
  const both = (await call(`/contacts/${thread.contact.id}/conversations?linked=true`)).items;
  assert.equal(both.length, 2);
  assert.deepEqual(both.filter((one) => one.merged_into === null).map((one) => one.id), [thread.id]);
  const desk = await open(browser, {});
  await signIn(desk, server, 'zhouming@bluewhale.example');
  await desk.goto(`${server.url}/conversations/${thread.id}`);
  await desk.getByRole('log').getByText(`已发货的订单：${who.order}`).first().waitFor();
  await desk.getByRole('log').getByText(`Shipped, order ${who.order}`).first().waitFor();
  assert.deepEqual([...page.trouble, ...desk.trouble], []);
  await page.context().close();
  await desk.context().close();
});

test('a forged sender who quotes what is another customer’s joins nothing and hears nothing', { skip }, async () => {
  const [theirs] = await outside.ask({ do: 'letters', user: 'lilei' });
  const [joined] = await byMail('我的快递到哪了 (lilei)', () => true);
  const quoted = `我的快递到哪了\r\n\r\n> 会话 ${joined.id}，工单 #1001\r\n> ${theirs.id}`;
  const forge = (subject, from, more) => {
    const results = 'mx.shop.example; auth=pass smtp.auth=lilei@customer.example; dmarc=pass header.from=customer.example';
    const received = 'from lilei (Authenticated sender: lilei) by mx.shop.example; Sun, 29 Nov 2026 08:00:00 +0000';
    const heads = [['Authentication-Results', results], ['Received', received], ['From', from], ['Subject', subject], ...more];
    return outside.ask({ do: 'mail', user: 'wife', heads, text: quoted });
  };

  // As the customer, with another address for the answer.
  await forge(`forged ${joined.id}`, 'Li Lei <lilei@customer.example>', [['Reply-To', 'wife@customer.example']]);
  const [first, said] = await byMail(`forged ${joined.id}`, (all) => bots(all).some((text) => text.includes('请告诉我订单号。')));
  assert.notEqual(first.id, joined.id);
  assert.equal(goesOn(said), undefined);
  // As the customer, with nothing else to tell it by.
  await forge('plainly forged', 'Li Lei <lilei@customer.example>', []);
  const [second, asked] = await byMail('plainly forged', (all) => bots(all).some((text) => text.includes('请告诉我订单号。')));
  assert.notEqual(second.id, joined.id);
  assert.equal(goesOn(asked), undefined);
  // As herself, answering a letter that was not hers.
  await forge('not hers', 'wife@customer.example', [['In-Reply-To', theirs.id]]);
  const [third, beside] = await byMail('not hers', (all) => bots(all).some((text) => text.includes('请告诉我订单号。')));
  assert.notEqual(third.id, joined.id);
  assert.equal(goesOn(beside), undefined);
  const person = await call(`/contacts/${third.contact.id}/person`);
  assert.deepEqual([person.contacts.length, person.links.length], [1, 0]);
  // As the customer and with a letter of theirs that leaked: what the bot answers goes to the customer alone.
  await forge('leaked', 'Li Lei <lilei@customer.example>', [['Reply-To', 'wife@customer.example'], ['In-Reply-To', theirs.id]]);
  const before = (await outside.ask({ do: 'letters', user: 'lilei' })).length;
  await until('the answer in the customer’s own mailbox', async () => (await outside.ask({ do: 'letters', user: 'lilei' })).length > before);
  const hers = await outside.ask({ do: 'letters', user: 'wife' });
  assert.ok(hers.length >= 2);
  assert.deepEqual(hers.filter((letter) => letter.text.replaceAll(/^>.*$/gm, '').includes('A20260101001')), []);
});

test('an answer to our letter proves the mailbox, and the talk under way goes on from there', { skip }, async () => {
  const claims = { sub: 'u-zhao', name: 'Zhao', email: 'zhao@customer.example' };
  const [page, frame, log] = await website({ locale: 'en-US' }, claims);
  await say(frame, 'where is my parcel');
  await log.getByText('What is your order number?').waitFor();
  await say(frame, 'C20260303003');
  await log.getByText('Shipped, order C20260303003').waitFor();
  await page.context().close();

  // The mail server knows somebody else of this sender: nobody vouches for Zhao.
  const write = (heads, text) => outside.ask({ do: 'mail', user: 'order', heads: [['From', 'zhao@customer.example'], ...heads], text });
  await write([['Subject', 'Returning things'], ['Message-ID', '<1.zhao@customer.example>']], 'Can I return something I do not like?');
  const [opened, unproved] = await byMail('Returning things', (all) => bots(all).length > 0);
  assert.equal(goesOn(unproved), undefined);
  const [letter] = await until('the letter', async () => {
    const letters = await outside.ask({ do: 'letters', user: 'zhao' });
    return letters.length > 0 && letters;
  });
  await write([['Subject', 'Re: Returning things'], ['In-Reply-To', letter.id]], 'where is my parcel');
  const [same, proved] = await byMail('Re: Returning things', (all) => bots(all).some((text) => text.includes('Shipped, order C20260303003')));
  assert.equal(same.id, opened.id);
  assert.ok(goesOn(proved));
  assert.deepEqual(bots(proved).filter((text) => text.includes('What is your order number?')), []);
});
