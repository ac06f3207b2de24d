// Quality: a supervisor writes a form and a plan, draws, scores with the keyboard; the agent reads their own result and appeals; it is
// settled, and the report counts it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let boss;
let agent;

const call = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
      return answer.status === 204 ? null : answer.json();
    },
    [method, path, body],
  );

/** Asks again until the answer is so. */
async function until(page, path, so) {
  for (;;) {
    const answer = await call(page, 'GET', path);
    if (so(answer)) return answer;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

before(async () => {
  server = await Server.start();
  browser = await launch();
  boss = await open(browser);
  await signIn(boss, server, 'helan@bluewhale.example');
  agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  const visitor = await visit(browser, server);
  await say(visitor, '转人工');
  const { items } = await until(agent, '/conversations?limit=1', ({ items }) => items[0]?.owner.kind === 'agent');
  const of = `/conversations/${items[0].id}`;
  await call(agent, 'POST', `${of}/messages`, { client_msg_id: 'q-1', text: '您好，我来处理您的问题。' });
  await visitor.getByText('您好，我来处理您的问题。').waitFor();
  await call(agent, 'POST', `${of}/resolve`);
  await until(boss, '/reports', ({ total }) => total.handle.count >= 1);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a form and a plan are written, and the plan draws', async () => {
  await boss.goto(`${server.url}/overview`);
  await boss.getByRole('link', { name: /质检/ }).click();
  await boss.getByText('没有待评分的会话').waitFor();
  await boss.getByRole('tab', { name: '评分表' }).click();
  await boss.getByRole('button', { name: '新建评分表' }).click();
  await boss.getByLabel('中文名称').first().fill('售后评分表');
  assert.deepEqual(await findings(boss), []);
  await boss.getByRole('button', { name: '创建' }).click();
  await boss.getByRole('link', { name: '售后评分表' }).waitFor();
  await boss.getByRole('tab', { name: '抽检计划' }).click();
  await boss.getByRole('button', { name: '新建计划' }).click();
  const dialog = boss.getByRole('dialog');
  await dialog.getByLabel('名称').fill('每周抽检');
  await dialog.getByLabel('每位坐席抽取').fill('1');
  await dialog.getByLabel('至少几条消息').fill('1');
  assert.deepEqual(await findings(boss), []);
  await dialog.getByRole('button', { name: '创建' }).click();
  await boss.getByRole('button', { name: /每周抽检.*操作/ }).click();
  await boss.getByRole('menuitem', { name: '抽取本周期至今' }).click();
  await boss.getByText(/抽取了 [1-9]\d* 个会话/).waitFor();
});

test('a conversation is scored with the keyboard and what is missing is shown', async () => {
  await boss.getByRole('tab', { name: '待评分' }).click();
  await boss.getByRole('button', { name: '全部', exact: true }).click();
  await boss.getByRole('link', { name: '周明 的会话' }).click();
  await boss.getByRole('log').locator('p').first().waitFor();
  await boss.getByRole('button', { name: '提交' }).click();
  await boss.getByText('请作答').first().waitFor();
  const first = boss.getByRole('group', { name: /语气友好/ });
  await first.getByRole('radio', { name: '3' }).focus();
  await boss.keyboard.press('Space');
  await boss.keyboard.press('ArrowRight');
  assert.equal(await first.getByRole('radio', { name: '4' }).isChecked(), true, 'arrows walk the answers');
  await boss.getByRole('group', { name: /及时回应/ }).getByRole('radio', { name: '5' }).check();
  await boss.getByRole('group', { name: /准确理解/ }).getByRole('radio', { name: '5' }).check();
  await boss.getByText('已答 3 / 5 项').waitFor();
  await boss.getByRole('button', { name: '保存草稿' }).click();
  await boss.getByText('草稿已保存').waitFor();
  await boss.reload();
  await boss.getByText('已答 3 / 5 项').waitFor();
  await boss.getByRole('group', { name: /问题得到解决/ }).getByRole('radio', { name: '部分解决' }).check();
  await boss.getByRole('group', { name: /未泄露/ }).getByRole('radio', { name: '是' }).check();
  await boss.getByLabel('总评').fill('态度好，但没有交代时效。');
  assert.deepEqual(await findings(boss), []);
  await boss.getByRole('button', { name: '提交' }).click();
  // (20 × 75 + 10 × 100 + 20 × 100 + 40 × 50 + 10 × 100) / 100
  await boss.getByText('已提交，得分 75.00').waitFor();
});

test('the agent sees it, appeals once, and the reviewer settles', async () => {
  await agent.goto(`${server.url}/quality`);
  await agent.getByRole('row').filter({ hasText: '75.00' }).getByRole('link').click();
  await agent.getByText('态度好，但没有交代时效。').waitFor();
  assert.deepEqual(await findings(agent), []);
  await agent.getByRole('textbox', { name: '申诉' }).fill('已在电话里说明时效');
  await agent.getByRole('button', { name: '提交申诉' }).click();
  await agent.getByText('申诉中').waitFor();
  assert.equal(await agent.getByRole('button', { name: '提交申诉' }).count(), 0);
  await boss.goto(`${server.url}/quality?view=appeals`);
  await boss.getByRole('link', { name: '周明 的会话' }).click();
  await boss.getByText('已在电话里说明时效').waitFor();
  await boss.getByRole('group', { name: /问题得到解决/ }).getByRole('radio', { name: '解决', exact: true }).check();
  await boss.getByLabel('答复').fill('有道理，改为已解决');
  await boss.getByRole('button', { name: '答复并结束' }).click();
  await boss.getByText('申诉前 75.00').waitFor();
  await agent.getByText('有道理，改为已解决').waitFor();
});

test('a conversation is sent to review by hand, passed over with a reason, and taken up after all', async () => {
  const visitor = await visit(browser, server);
  await say(visitor, '转人工');
  const { items } = await until(agent, '/conversations?limit=1', ({ items }) => items[0]?.owner.kind === 'agent' && items[0].status === 'open');
  await call(agent, 'POST', `/conversations/${items[0].id}/messages`, { client_msg_id: 'h-1', text: '请稍等' });
  await boss.goto(`${server.url}/conversations/${items[0].id}`);
  await boss.getByText('没有在质检中。').waitFor();
  await boss.getByRole('button', { name: '送去质检' }).click();
  const dialog = boss.getByRole('dialog', { name: '送会话去质检' });
  await dialog.getByLabel('想看什么').fill('客户等了很久');
  assert.deepEqual(await findings(boss), []);
  await dialog.getByRole('button', { name: '送去质检' }).click();
  await boss.getByRole('link', { name: '打开评分' }).click();
  await boss.getByText('由 何岚 送检：客户等了很久').waitFor();
  await boss.getByRole('button', { name: '跳过…' }).click();
  const skip = boss.getByRole('dialog', { name: '跳过这个会话' });
  await skip.getByRole('button', { name: '跳过', exact: true }).isDisabled();
  await skip.getByRole('button', { name: '内容太少，无法评价' }).click();
  assert.deepEqual(await findings(boss), []);
  await skip.getByRole('button', { name: '跳过', exact: true }).click();
  await skip.waitFor({ state: 'hidden' });
  await boss.goto(`${server.url}/quality?view=skipped`);
  await boss.getByRole('link', { name: '周明 的会话' }).click();
  await boss.getByText('内容太少，无法评价').waitFor();
  assert.deepEqual(await findings(boss), []);
  await boss.getByRole('button', { name: '重新评分' }).click();
  await boss.getByRole('group', { name: /语气友好/ }).waitFor();
  await boss.goto(`${server.url}/quality`);
  await boss.getByRole('button', { name: '送去质检' }).click();
  const picker = boss.getByRole('dialog', { name: '送会话去质检' });
  await picker.getByRole('textbox', { name: '搜索客户或消息' }).waitFor();
  await picker.locator('[data-conversation]').first().waitFor();
  assert.deepEqual(await findings(boss), []);
  await picker.getByRole('button', { name: '取消' }).click();
  await visitor.context().close();
});

test('the report counts the score and the record names who did what', async () => {
  const report = await call(boss, 'GET', '/reports?by=agent');
  assert.equal(report.total.quality_mean_x100, 9500);
  await boss.goto(`${server.url}/reports`);
  await boss.getByRole('region', { name: '报表' }).getByText('95.00').waitFor();
  await boss.goto(`${server.url}/floor`);
  await boss.getByText('处理了周明的质检申诉，得分 95.00').waitFor();
  await boss.getByText('修改了抽检计划「每周抽检」').waitFor();
  for (const page of [boss, agent]) assert.deepEqual(page.trouble, []);
});
