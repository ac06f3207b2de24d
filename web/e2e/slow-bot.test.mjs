// A bot that thinks for long: what a customer writes meanwhile is on the server's disk, shown as sent, and answered once and in order.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, say, visit } from './harness.mjs';
import { ModelServer } from './model-server.mjs';

let server;
let browser;
let model;
let answer;

before(async () => {
  const thought = new Promise((done) => {
    answer = () => done({});
  });
  model = await ModelServer.start(() => thought);
  server = await Server.start({ ...model.env, QN__LLM__ANSWER_CUSTOMERS: 'true', QN__LLM__TURN_MS_MAX: '60000', QN__LLM__FIRST_TOKEN_MS_MAX: '60000' });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  model?.stop();
});

test('what is written while the bot thinks is shown as sent, survives a reload, and comes once', async () => {
  const visitor = await visit(browser, server);
  const thread = visitor.getByRole('log');
  // What is on its way stands behind the thread.
  const sent = visitor.getByText('已发送', { exact: true });
  await say(visitor, '请问怎么申请退货');
  await sent.waitFor();
  await say(visitor, '运费由谁承担呢');
  await sent.nth(1).waitFor();
  assert.ok(model.asked.length > 0, 'the bot asks its model');
  assert.deepEqual(await findings(visitor), []);

  await visitor.reload();
  await sent.nth(1).waitFor();
  answer();
  const own = (text) => thread.getByText(text, { exact: true });
  await own('请问怎么申请退货').waitFor();
  await own('运费由谁承担呢').waitFor();
  assert.deepEqual([await visitor.getByText('请问怎么申请退货').count(), await visitor.getByText('运费由谁承担呢').count()], [1, 1]);
  const order = await thread.innerText();
  assert.ok(order.indexOf('请问怎么申请退货') < order.indexOf('运费由谁承担呢'), order);
  assert.deepEqual(visitor.trouble, []);
});
