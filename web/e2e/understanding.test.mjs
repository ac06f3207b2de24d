// What operations people do to teach the bot, by hand in the browser: an intent with pasted examples, training, trying, publishing,
// a visitor who is answered by it, a missed question that becomes an example, and the way back. And that an agent may only look.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, launch, open, say, signIn, visit } from './harness.mjs';

const WORDS = '刻字服务：机身背面可免费刻 8 个字。';
const PASTED = ['能刻字吗', '可以在背面刻名字吗', '我想刻一行字', '刻字要加钱吗', '刻字服务怎么收费', '可以刻几个字', '手表能刻字么', '想在耳机盒上刻字', '能不能定制刻字', '刻字能退吗', 'Can you engrave it?', 'engrave my name on the back', 'Do you offer engraving?', 'engraving service', '能刻字吗'];

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
const tab = (name) => page.getByRole('tab', { name });

test('missed questions: the bot knows no answer yet', async () => {
  await say(visitor, '手表背面能刻字吗');
  await visitor.getByText(/抱歉|哪一个/).first().waitFor();
  const other = await visit(browser, server);
  await say(other, '火星上能种土豆吗');
  await other.getByText(/抱歉|哪一个/).first().waitFor();
  assert.deepEqual(other.trouble, []);
  await other.context().close();
});

test('an intent: made, with a reply and pasted examples; the same words are kept once', async () => {
  await page.getByRole('navigation').getByRole('link', { name: '理解' }).click();
  await page.getByRole('link', { name: '查物流' }).waitFor();
  await button('新建意图').click();
  await page.getByLabel('名称').fill('刻字');
  await page.getByRole('radio', { name: /回复一段话/ }).check();
  await page.getByLabel('中文回复').fill(WORDS);
  await button('创建并添加例句').click();
  // The editor of a new intent gives way to the intent's own.
  await page.waitForURL(/understanding\/itt_/);
  await page.getByLabel('添加例句').fill(PASTED.join('\n'));
  await button(`添加 ${PASTED.length} 条`).click();
  await page.getByText('添加了 14 条。').waitFor();
  await page.getByText('「能刻字吗」已在「本意图」中').waitFor();
  await page.getByText('Do you offer engraving?').waitFor();
});

test('a table of two columns: it is shown what goes where, and an intent that is new can be left out', async () => {
  await page.getByRole('link', { name: '返回理解' }).click();
  await button('粘贴表格').click();
  await dialog().getByLabel('两列内容').fill('能不能雕字\t刻字\n机身能刻名吗\t刻字\n开个收据\t收据');
  await dialog().getByRole('row', { name: /刻字/ }).getByText('已有').waitFor();
  await button('添加 3 条', dialog()).waitFor();
  await dialog().getByRole('row', { name: /收据/ }).getByRole('checkbox', { name: '新建这个意图' }).click();
  await button('添加 2 条', dialog()).click();
  await page.getByText('添加了 2 条例句。').waitFor();
  assert.equal(await page.getByRole('link', { name: '收据' }).count(), 0);
});

test('training: a version with its figures, in seconds', async () => {
  await tab('训练与版本').click();
  await button('开始训练').click();
  await page.getByText(/版本 1 训练完成：\d+ 条例句/).waitFor({ timeout: 120_000 });
  await page.reload();
  await page.getByText(/版本 1 训练完成：\d+ 条例句/).waitFor();
  await page.getByText(/教过的问题机器人会回答/).first().waitFor();
  await page.getByRole('slider', { name: '把握程度' }).waitFor();
  await page.getByRole('heading', { name: '最弱的意图' }).waitFor();
});

test('trying: the draft understands what the live bot does not', async () => {
  await tab('试一试').click();
  await page.getByLabel('版本').click();
  await page.getByRole('option', { name: '版本 1' }).click();
  await page.getByLabel('客户说').fill('能刻字吗？');
  await page.locator('form').getByRole('button', { name: '试一试' }).click();
  await page.getByText(WORDS).waitFor();
  await page.getByText('有把握，按意图回复').waitFor();
  await page.getByText('这些词最像「刻字」').waitFor();
});

test('published, it answers the next message', async () => {
  await tab('训练与版本').click();
  await button('发布').click();
  await button('发布', dialog()).click();
  await page.getByText('版本 1 已上线').waitFor();
  await say(visitor, '能刻字吗？');
  await visitor.getByText(WORDS).waitFor();
});

test('the learning inbox: what was missed becomes an example', async () => {
  await tab(/学习箱/).click();
  const group = page.getByRole('listitem').filter({ has: page.getByText('手表背面能刻字吗') }).first();
  await group.waitFor();
  await group.getByRole('combobox', { name: '选择意图' }).click();
  await page.getByRole('option', { name: '刻字' }).click();
  await group.getByRole('button', { name: '加为例句' }).click();
  await page.getByText('添加了 1 条例句').waitFor();
  await tab('意图').click();
  await page.getByRole('link', { name: '刻字' }).click();
  await page.getByText('来自学习箱').waitFor();
});

test('the learning inbox: a question becomes an article, and is settled when that is saved', async () => {
  await page.goto(`${server.url}/understanding?tab=learning`);
  const group = page.getByRole('listitem').filter({ has: page.getByText('火星上能种土豆吗') }).first();
  await group.getByRole('button', { name: '写成知识条目' }).click();
  await page.getByLabel('标题（客户看到的问题）').fill('火星上能种土豆吗');
  await page.getByLabel('正文').fill('本店的土豆只在地球上种。');
  await button('发布').click();
  await page.getByText(/学习箱中的 1 条问题已处理/).waitFor();
  const [answer] = await Promise.all([page.waitForResponse((response) => response.url().includes('/learning-items')), page.goto(`${server.url}/understanding?tab=learning`)]);
  assert.ok(!(await answer.text()).includes('火星'), 'it waits no longer');
});

test('a second version is published, and taken back', async () => {
  await page.goto(`${server.url}/understanding?tab=training`);
  await button('开始训练').click();
  await page.getByText(/版本 2 训练完成/).waitFor({ timeout: 120_000 });
  await button('发布').click();
  await button('发布', dialog()).click();
  await page.getByText('版本 2 已上线').waitFor();
  await button('回退到此版本').click();
  await button('回退到此版本', dialog()).click();
  await page.getByRole('row', { name: /版本 1/ }).getByText('线上').waitFor();
});

test('an agent looks and changes nothing', async () => {
  const agent = await open(browser);
  await signIn(agent, server, 'linxia@bluewhale.example');
  await agent.goto(`${server.url}/understanding`);
  await agent.getByRole('link', { name: '查物流' }).click();
  await agent.getByText('只有主管和管理员可以修改。').waitFor();
  assert.equal(await agent.getByLabel('添加例句').count(), 0);
  assert.deepEqual(agent.trouble, []);
  await agent.context().close();
});

test('nothing broke the policy or threw', () => {
  assert.deepEqual([...page.trouble, ...visitor.trouble], []);
});
