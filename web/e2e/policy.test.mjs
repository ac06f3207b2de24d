// What a policy says happens: a supervisor on another page is told of a breach, the agent sees what may be offered to make up, and a
// conversation that nobody may take says why, with the rules and what they ask.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let supervisor;

const POLICY = {
  rules: [
    {
      id: 'gold',
      name: '黄金客户',
      when: { all: [] },
      then: { sla: 'quick', compensation: '小礼券', skills: [{ skill: '黄金', level: 2 }], priority: 30 },
    },
  ],
  sla: {
    quick: {
      name: '极速',
      first_response_seconds: 5,
      escalation: [{ metric: 'first_response', at_percent: 100, actions: ['notify_supervisors'] }],
    },
  },
};

before(async () => {
  server = await Server.start();
  browser = await launch();
  supervisor = await open(browser);
  await signIn(supervisor, server, 'helan@bluewhale.example');
  await supervisor.evaluate(async (policy) => {
    const send = async (method, path, body) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`/api/v1/routing/draft${path}`, { method, headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    };
    const { draft } = await (await fetch('/api/v1/routing')).json();
    const { revision } = await send('PUT', '', { policy, revision: draft?.revision ?? 0 });
    await send('POST', '/publish', { revision });
  }, POLICY);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a supervisor on another page is told of a breach', async () => {
  await supervisor.goto(`${server.url}/knowledge`);
  const visitor = await visit(browser, server);
  await say(visitor, '转人工');
  await supervisor.getByRole('region', { name: '通知' }).getByText(/首次响应：已超出承诺时间/).waitFor();
});

test('the conversation says why nobody may take it, by which rules', async () => {
  await supervisor.goto(server.url);
  await supervisor.getByRole('button', { name: /^排队中/ }).click();
  await supervisor.locator('[role="option"]', { has: supervisor.locator('[data-sla="breached"]') }).first().click();
  await supervisor.getByRole('log').getByText('可向客户提供补偿：小礼券（规则「黄金客户」）').waitFor();
  await supervisor.getByRole('button', { name: '分配说明' }).click();
  for (const text of [/没有坐席具备所需的技能或语言/, /命中规则：黄金客户 · 优先级 \+30 分 · 要求技能：黄金 2 级以上/, /缺少所需技能 \d+ 人/]) {
    await supervisor.getByText(text).first().waitFor();
  }
  assert.deepEqual(await findings(supervisor), []);
});

test('"take next" gives it, and what may be offered stands above the answer', async () => {
  await supervisor.goto(server.url);
  // The company's own customers may have waited longer: who is given next is the router's to say.
  const taken = async () => {
    const before = supervisor.url();
    await supervisor.getByRole('button', { name: '接入下一位' }).click();
    await supervisor.waitForURL((url) => url.href !== before && url.pathname.startsWith('/conversations/'));
    const id = new URL(supervisor.url()).pathname.split('/').pop();
    return supervisor.evaluate(async (id) => (await fetch(`/api/v1/conversations/${id}`)).json(), id);
  };
  const waiting = await supervisor.evaluate(async () => (await (await fetch('/api/v1/conversations?bucket=queued')).json()).items.length);
  let given = await taken();
  for (let n = 1; n < waiting && given.compensation.length === 0; n += 1) given = await taken();
  assert.equal(given.compensation[0]?.name, '小礼券');
  await supervisor.getByRole('status').filter({ hasText: '可向客户提供补偿：小礼券' }).waitFor();
  assert.deepEqual(supervisor.trouble, []);
});
