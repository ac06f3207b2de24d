// Answers beside the thread: found without a language model, drafted and summarised with one, always inserted and never sent.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, meet, say } from './harness.mjs';
import { ModelServer } from './model-server.mjs';

let browser;
let model;
let server;
let visitor;
let agent;

before(async () => {
  model = await ModelServer.start((data) =>
    data.a_passages
      ? { answerable: true, answer: '您好，可以退货的，请在订单页申请。', cited: ['P1'] }
      : { summary: '客户想退货，正在等人工答复。' },
  );
  server = await Server.start(model.env);
  browser = await launch();
  ({ visitor, agent } = await meet(browser, server));
});

after(async () => {
  await browser?.close();
  await server?.stop();
  model?.stop();
});

const panel = () => agent.getByRole('region', { name: '建议答复' });
const field = () => agent.getByRole('textbox', { name: '消息输入框' });
const offers = () => panel().getByRole('button', { name: /^插入：/ });

test('an answer is offered with its source, and a key inserts it without sending', async () => {
  const article = offers().filter({ hasText: '知识条目' }).first();
  await article.waitFor();
  assert.match(await article.innerText(), /^\d\s+知识条目\s+退货怎么申请？\s+把握 \d+%/);
  const place = await article.locator('kbd').innerText();
  const before = await visitor.getByRole('log').innerText();
  await field().focus();
  await agent.keyboard.press(`Alt+${place}`);
  await agent.waitForFunction(() => document.querySelector('textarea')?.value.length > 20);
  assert.match(await field().inputValue(), /\/help\/zh-CN\//);
  assert.equal(await visitor.getByRole('log').innerText(), before, 'nothing was sent');
  await field().fill('');
});

test('the language model drafts, is marked as such, and its draft can be sent', async () => {
  await agent.keyboard.press('Alt+d');
  const draft = panel().getByRole('button', { name: '插入：AI 草稿' });
  await draft.waitFor();
  assert.match(await draft.innerText(), /由 AI 生成，请核对后再发送/);
  await draft.focus();
  await agent.keyboard.press('Enter');
  assert.equal(await field().inputValue(), '您好，可以退货的，请在订单页申请。');
  await agent.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('您好，可以退货的，请在订单页申请。').waitFor();
  await panel().waitFor({ state: 'hidden' });
  assert.ok(model.asked.length >= 1);
});

test('a summary is made on demand and says who wrote it', async () => {
  await agent.getByRole('button', { name: '会话摘要' }).click();
  await agent.getByRole('button', { name: '生成摘要' }).click();
  await agent.getByText('客户想退货，正在等人工答复。').first().waitFor();
  await agent.getByText('由 AI 生成').first().waitFor();
});

test('it fits a phone, can be folded, and passes the accessibility audit', async () => {
  await say(visitor, '退款多久到账？');
  await offers().first().waitFor();
  await agent.keyboard.press('Alt+o');
  await agent.setViewportSize({ width: 390, height: 844 });
  const box = await panel().boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box));
  assert.ok(await agent.evaluate(() => document.documentElement.scrollWidth <= 390));
  assert.deepEqual(await findings(agent), []);
  await panel().getByRole('button', { name: /^建议答复/ }).click();
  await offers().first().waitFor({ state: 'hidden' });
  await panel().getByRole('button', { name: /^建议答复/ }).click();
  await offers().first().waitFor();
  await agent.setViewportSize({ width: 1440, height: 900 });
});

test('how often offers are used stands in the overview', async () => {
  await agent.goto(`${server.url}/overview`);
  await agent.getByText('建议答复采用率').waitFor();
  await agent.getByText('原样 1，改动后 0，未用 0').waitFor();
  for (const page of [visitor, agent]) assert.deepEqual(page.trouble, []);
});
