// A supervisor reads along without being seen, whispers, takes over and sets a state; the floor moves without a reload, and its figures
// are the report's, which equal a recount from the stored messages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let visitor;
let agent;
let supervisor;

before(async () => {
  server = await Server.start();
  browser = await launch();
  supervisor = await open(browser);
  await signIn(supervisor, server, 'helan@bluewhale.example');
  agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  visitor = await visit(browser, server);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const board = () => supervisor.getByRole('region', { name: '接待中的会话' });
const frames = (page) => {
  const heard = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))));
  return heard;
};

test('a conversation appears on the floor by itself', async () => {
  await supervisor.goto(`${server.url}/floor`);
  await supervisor.getByRole('heading', { name: '现场' }).waitFor();
  await say(visitor, '转人工');
  await visitor.getByRole('log').getByText(/周明.*接入/).waitFor();
  await say(visitor, '我的订单为什么还没发货');
  await board().getByRole('row').filter({ hasText: '我的订单为什么还没发货' }).filter({ hasText: '周明' }).waitFor();
});

test('reading along is not seen, and a whisper reaches only the agent', async () => {
  await agent.getByRole('option').filter({ hasText: '我的订单为什么还没发货' }).click();
  await agent.getByRole('log').getByText('我的订单为什么还没发货').waitFor();
  const atVisitor = frames(visitor);
  await visitor.reload();
  await visitor.getByRole('log').getByText('我的订单为什么还没发货').waitFor();
  await board().getByRole('row').filter({ hasText: '我的订单为什么还没发货' }).getByRole('button', { name: '旁听' }).click();
  const dialog = supervisor.getByRole('dialog');
  await dialog.getByRole('log').getByText('我的订单为什么还没发货').waitFor();
  await dialog.getByLabel('悄悄话').fill('先道歉，再查物流');
  await dialog.getByRole('button', { name: '发送' }).click();
  await agent.getByRole('status', { name: '悄悄话' }).getByText('先道歉，再查物流').waitFor();
  assert.equal(await agent.getByText(/何岚.*(正在查看|也在看)/).count(), 0, 'the supervisor is not shown as a viewer');
  await agent.getByRole('textbox', { name: '消息输入框' }).fill('抱歉让您久等了，我马上查');
  await agent.keyboard.press('Enter');
  await dialog.getByRole('log').getByText('抱歉让您久等了，我马上查').waitFor();
  await visitor.getByRole('log').getByText('抱歉让您久等了，我马上查').waitFor();
  assert.equal(await visitor.getByText('先道歉').count(), 0);
  assert.ok(atVisitor.length > 0 && !atVisitor.some((frame) => frame.includes('先道歉')), 'the whisper is in none of the visitor’s frames');
  assert.deepEqual(await findings(supervisor), []);
});

test('taking over is one step, and the agent sees it', async () => {
  const dialog = supervisor.getByRole('dialog');
  await dialog.getByLabel('原因').fill('客户升级投诉');
  await dialog.getByRole('button', { name: '接管会话' }).click();
  await supervisor.getByRole('log').getByText(/接管了会话/).waitFor();
  await agent.getByRole('log').getByText(/接管了会话/).waitFor();
  await supervisor.getByRole('textbox', { name: '消息输入框' }).fill('您好，我是主管，由我来处理');
  await supervisor.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('您好，我是主管，由我来处理').waitFor();
  assert.equal(await visitor.getByText('客户升级投诉').count(), 0, 'the reason is not for the customer');
});

test('a state is set with a reason, shown to the agent, and all of it is on record', async () => {
  await supervisor.goto(`${server.url}/floor`);
  const agents = supervisor.getByRole('region', { name: '坐席', exact: true });
  await agents.getByRole('row', { name: /周明/ }).getByText('在线').waitFor();
  await agents.getByRole('button', { name: '调整周明的状态' }).click();
  const dialog = supervisor.getByRole('dialog');
  await dialog.getByText('忙碌', { exact: true }).click();
  await dialog.getByLabel('原因').fill('午休忘记切换');
  await dialog.getByRole('button', { name: '确定' }).click();
  await agents.getByRole('row', { name: /周明/ }).getByText('忙碌').waitFor();
  await agent.getByRole('button', { name: /忙碌/ }).first().waitFor();
  await supervisor.reload();
  const record = supervisor.getByRole('region', { name: '督导记录' });
  for (const line of [/旁听了周明的会话/, /对周明说：先道歉/, /从周明接管了会话：客户升级投诉/, /把周明的状态设为忙碌：午休忘记切换/]) {
    await record.getByText(line).waitFor();
  }
});

test('the figures of the floor and of the report equal a recount from the stored messages', async () => {
  const read = (path) => supervisor.evaluate((url) => fetch(`/api/v1${url}`).then((r) => r.json()), path);
  const midnight = await supervisor.evaluate(() => fetch('/api/v1/overview').then((r) => r.json()).then((o) => o.series[0].at));
  const all = [];
  for (let cursor = ''; ; ) {
    const page = await read(`/reports/conversations?from=${midnight}&by=agent&cursor=${cursor}`);
    all.push(...page.items);
    if (!page.next_cursor) break;
    cursor = page.next_cursor;
  }
  const floor = await read('/wallboard');
  const report = await read(`/reports?from=${midnight}&by=agent`);
  const ids = [...new Set(all.map((one) => one.conversation_id))];
  let [queued, inTime, agentMessages, botMessages] = [0, 0, 0, 0];
  for (const id of ids) {
    const { items } = await read(`/conversations/${id}/messages?limit=200&after_seq=0`);
    const at = (...keys) => items.find((m) => keys.includes(m.content.activity?.key))?.created_at;
    const entered = at('queued');
    const taken = at('assigned', 'claimed', 'taken_over');
    const waited = (taken ?? at('resolved') ?? floor.now) - entered;
    if (entered !== undefined && (taken !== undefined || at('resolved') !== undefined || waited > 20_000)) {
      queued += 1;
      if (taken !== undefined && waited <= 20_000) inTime += 1;
    }
    agentMessages += items.filter((m) => m.kind === 'outgoing' && m.author.kind === 'agent').length;
    botMessages += items.filter((m) => m.kind === 'outgoing' && m.author.kind === 'bot').length;
  }
  assert.ok(queued > 0 && ids.length > 0);
  assert.deepEqual(report.total.service_level, { part: inTime, of: queued });
  assert.deepEqual(floor.today.service_level, report.total.service_level);
  assert.equal(report.total.agent_messages, agentMessages);
  assert.equal(report.total.bot_messages, botMessages);
  assert.equal(floor.today.conversations, all.length);
  for (const page of [supervisor, agent, visitor]) assert.deepEqual(page.trouble, []);
});
