// Reports: what customers, the bot and an agent did, as a supervisor reads it; every figure leads to the conversations it counts.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let boss;

const call = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      return (await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
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
  const upset = await visit(browser, server);
  await say(upset, '转人工');
  const { items } = await until(boss, '/conversations?limit=1', ({ items }) => items[0]?.handoff);
  const of = `/conversations/${items[0].id}`;
  await call(boss, 'POST', `${of}/claim`);
  await call(boss, 'POST', `${of}/messages`, { client_msg_id: 'report-1', text: '您好，我来处理。' });
  await upset.getByText('您好，我来处理。').waitFor();
  await call(boss, 'POST', `${of}/resolve`);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a supervisor reads the figures, opens what is behind one and downloads the table', async () => {
  await boss.getByRole('link', { name: '概览' }).first().click();
  await boss.getByRole('link', { name: /报表/ }).click();
  await boss.getByRole('heading', { name: '报表' }).waitFor();
  const tiles = boss.getByRole('region', { name: '报表' });
  await assert.doesNotReject(tiles.getByText('服务水平').waitFor());
  await until(boss, '/reports', ({ total }) => total.handle.count >= 1);
  await boss.reload();
  await boss.getByRole('combobox', { name: '按' }).click();
  await boss.getByRole('option', { name: '转人工原因' }).click();
  await boss.getByRole('button', { name: '客户要求' }).click();
  const counted = await call(boss, 'GET', '/reports?by=handoff');
  const shown = Number(await tiles.locator('div').first().locator('p').first().textContent());
  assert.equal(shown, counted.total.conversations);
  const behind = boss.getByRole('region', { name: '客户要求 的会话' });
  await behind.getByRole('link').first().waitFor();
  const [table] = await Promise.all([boss.waitForEvent('download'), boss.getByRole('link', { name: '下载表格' }).click()]);
  assert.equal(table.suggestedFilename(), 'report.csv');
  const times = boss.getByRole('region', { name: '坐席状态时长' });
  await times.getByRole('row').nth(1).waitFor();
  const fairness = boss.getByRole('region', { name: '坐席间的公平' });
  await fairness.getByRole('row', { name: /全部坐席/ }).waitFor();
  const [states] = await Promise.all([boss.waitForEvent('download'), boss.getByRole('link', { name: '下载状态表格' }).click()]);
  assert.equal(states.suggestedFilename(), 'times.csv');
  const [even] = await Promise.all([boss.waitForEvent('download'), boss.getByRole('link', { name: '下载公平表格' }).click()]);
  assert.equal(even.suggestedFilename(), 'fairness.csv');
  await tiles.getByText('处理时长（含话后）').waitFor();
  assert.deepEqual(await findings(boss), []);
  await behind.getByRole('link').first().click();
  await boss.waitForURL(/conversations\/cnv_/);
});
