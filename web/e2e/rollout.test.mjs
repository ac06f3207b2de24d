// From a draft to everybody, by hand in the browser: an evaluation with its charts, a backtest on real conversations, a version that reads
// along unseen, answers a share, goes live, and is taken back in one press. And that nothing overflows on a phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, launch, open, say, signIn, visit } from './harness.mjs';

const WORDS = '刻字服务：机身背面可免费刻 8 个字。';
const EXAMPLES = ['能刻字吗', '可以在背面刻名字吗', '我想刻一行字', '刻字要加钱吗', '刻字服务怎么收费', '可以刻几个字', '手表能刻字么', '想在耳机盒上刻字', '能不能定制刻字', '刻字能退吗'];

let server;
let browser;
let page;
let visitor;

before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await open(browser);
  visitor = await visit(browser, server);
  await signIn(page, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name, scope = page) => scope.getByRole('button', { name, exact: true }).first();
const dialog = () => page.getByRole('dialog');
const at = (tab) => page.goto(`${server.url}/understanding?tab=${tab}`);

async function train(n) {
  await at('training');
  await button('开始训练').click();
  await page.getByText(new RegExp(`版本 ${n} 训练完成`)).waitFor({ timeout: 120_000 });
}

test('version 1 is live; version 2 knows one thing more', async () => {
  await train(1);
  await button('发布').click();
  await button('发布', dialog()).click();
  await page.getByText('版本 1 已上线').waitFor();
  await say(visitor, '手表背面能刻字吗');
  await visitor.getByText(/抱歉|哪一个/).first().waitFor();
  await page.goto(`${server.url}/understanding/new`);
  await page.getByLabel('名称').fill('刻字');
  await page.getByRole('radio', { name: /回复一段话/ }).check();
  await page.getByLabel('中文回复').fill(WORDS);
  await button('创建并添加例句').click();
  await page.getByLabel('添加例句').fill(EXAMPLES.join('\n'));
  await button(`添加 ${EXAMPLES.length} 条`).click();
  await page.getByText(`添加了 ${EXAMPLES.length} 条。`).waitFor();
  await train(2);
});

test('an evaluation: figures, curve, matrix and comparison', async () => {
  await at('evaluation');
  await button('留出 20% 作测试题').click();
  await page.getByText(/留出了 \d+ 条测试题/).waitFor();
  await button('开始评估').click();
  await page.getByRole('heading', { name: '版本比较' }).waitFor({ timeout: 120_000 });
  await page.getByText(/两个版本回答同样的 \d+ 道测试题/).waitFor();
  await page.getByText(/版本 1 学过其中 \d+ 道/).waitFor();
  const slider = page.getByRole('slider', { name: '把握程度' });
  await slider.press('Home');
  const careful = await slider.getAttribute('aria-valuetext');
  await slider.press('End');
  assert.notEqual(await slider.getAttribute('aria-valuetext'), careful);
  await page.getByText('以表格查看').first().click();
  await page.getByRole('region', { name: '把握程度' }).getByRole('row').nth(1).waitFor();
  await page.getByRole('heading', { name: '混淆矩阵' }).waitFor();
  await page.getByRole('heading', { name: '各意图的成绩' }).waitFor();
});

test('a backtest: what the draft would have changed, with a link to the conversation', async () => {
  await at('backtest');
  await button('开始回测').click();
  await page.getByText(/版本 2 与线上版本 1 相比/).waitFor({ timeout: 120_000 });
  const row = page.getByRole('listitem').filter({ has: page.getByText('「手表背面能刻字吗」') }).first();
  await row.getByText(WORDS).waitFor();
  await row.getByRole('link', { name: /打开会话/ }).click();
  await page.getByText('手表背面能刻字吗').first().waitFor();
});

test('a shadow reads along and says nothing; the difference is shown', async () => {
  await at('rollout');
  await page.getByRole('combobox', { name: '选择版本' }).click();
  await page.getByRole('option', { name: '版本 2' }).click();
  await button('开始旁听').click();
  await page.getByText('版本 2 正在旁听，客户看不到它。').waitFor();
  const other = await visit(browser, server);
  await say(other, '可以在手表上刻字吗');
  await other.getByText(/抱歉|哪一个/).first().waitFor();
  assert.equal(await other.getByText(WORDS).count(), 0);
  await page.getByText('「可以在手表上刻字吗」').waitFor({ timeout: 30_000 });
  await page.getByText('只有新版本听懂').first().waitFor();
  assert.deepEqual(other.trouble, []);
  await other.context().close();
});

test('a canary, then everybody, then back in one press; the history says who', async () => {
  await page.getByRole('slider', { name: '灰度比例' }).fill('30');
  await button('开始灰度').click();
  await page.getByText(/版本 2 正在回答 30% 的会话/).waitFor();
  await button('全部上线').click();
  await button('全部上线', dialog()).click();
  await page.getByText('版本 2 已上线').waitFor();
  await say(visitor, '能刻字吗？');
  await visitor.getByText(WORDS).waitFor();
  await button('回退到版本 1').click();
  await button('回退到版本 1', dialog()).click();
  await page.getByText('已回退到版本 1').waitFor();
  const history = page.getByRole('region', { name: '历史' });
  await history.getByRole('row', { name: /回退上线 版本 1/ }).waitFor();
  await history.getByRole('row', { name: /灰度 30% 版本 2/ }).waitFor();
});

test('nothing overflows on a phone, in English and in the dark', async () => {
  const phone = await open(browser, { locale: 'en-US', viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  await signIn(phone, server, 'linxia@bluewhale.example');
  for (const tab of ['check', 'evaluation', 'backtest', 'rollout']) {
    await phone.goto(`${server.url}/understanding?tab=${tab}`);
    await phone.getByRole('heading').nth(1).waitFor();
    assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), tab);
  }
  assert.deepEqual(phone.trouble, []);
  await phone.context().close();
});

test('nothing broke the policy or threw', () => {
  assert.deepEqual([...page.trouble, ...visitor.trouble], []);
});
