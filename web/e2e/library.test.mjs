// Documents become knowledge in the browser: files are chosen, looked through and taken over; a broken one says why; a source is followed; what
// contradicts itself is shown side by side and settled. And that an agent may only look.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { findings, Server, launch, open, say, signIn, visit } from './harness.mjs';

const HANDBOOK = '# 潜水服务\n\n## 潜水舱怎么租\n\n潜水舱按小时租，押金两千元。\n\n## 潜水舱可以带宠物吗\n\n潜水舱不能带宠物。\n';
const file = (name, text) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });

let server;
let browser;
let page;
let site;

before(async () => {
  site = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html><body><h1>月球快递怎么寄</h1><p>月球快递每年八月发一班。</p></body></html>'));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  server = await Server.start({ QN__EGRESS__ALLOW_PRIVATE: '127.0.0.1' });
  browser = await launch();
  page = await open(browser);
  await signIn(page, server, 'admin@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
  site?.close();
});

const button = (name, scope = page) => scope.getByRole('button', { name, exact: true }).first();
const tab = (name) => page.getByRole('tab', { name });
const dialog = () => page.getByRole('dialog');

test('several files at once: each is read, and a broken one says why', async () => {
  await page.getByRole('navigation').getByRole('link', { name: '知识库' }).click();
  await tab('文档导入').click();
  await page.getByText('还没有上传过文档').waitFor();
  await page.locator('input[type=file]').setInputFiles([file('坏.docx', 'not a document'), file('潜水.md', HANDBOOK)]);
  await page.getByText('文件已损坏，或与扩展名不符', { exact: false }).waitFor();
  await page.getByRole('row', { name: /潜水\.md/ }).getByText('待入库').waitFor();
});

test('looked through, left out, published: the bot answers from it at once', async () => {
  await button('预览', page.getByRole('row', { name: /潜水\.md/ })).click();
  await dialog().getByText('押金两千元').waitFor();
  await dialog().getByRole('checkbox', { name: /潜水舱可以带宠物吗/ }).uncheck();
  await dialog().getByRole('switch', { name: '直接发布' }).click();
  assert.deepEqual(await findings(page), []);
  await button('入库', dialog()).click();
  await page.getByText('已入库：新增 1，更新 0，归档 0').first().waitFor();
  const visitor = await visit(browser, server);
  await say(visitor, '潜水舱怎么租');
  await visitor.getByText('押金两千元').waitFor();
  assert.deepEqual(visitor.trouble, []);
  await visitor.context().close();
});

test('the same file again: what is new, what is as it was, and what would change side by side', async () => {
  await page.locator('input[type=file]').setInputFiles([file('潜水.md', HANDBOOK.replace('两千元', '三千五百元'))]);
  await dialog().getByText('更新', { exact: false }).first().waitFor();
  await dialog().getByText('三千五百元').waitFor();
  await dialog().getByText('两千元').waitFor();
  await page.keyboard.press('Escape');
  await button('放弃', page.getByRole('row', { name: /待入库/ }).first()).click();
  await page.getByText('已放弃「潜水.md」').waitFor();
});

test('an address is followed, and its report is shown', async () => {
  await tab('同步来源').click();
  await button('新建同步').click();
  await dialog().getByLabel('名称').fill('帮助中心');
  await dialog().getByLabel('网址').fill(`http://127.0.0.1:${site.address().port}/moon`);
  await dialog().getByRole('switch', { name: '直接发布' }).click();
  await button('保存', dialog()).click();
  await page.getByText('新增 1，更新 0，归档 0', { exact: false }).waitFor();
  await button('立即同步').click();
  await page.getByText('1 份文档，1 份未变', { exact: false }).waitFor();
  // A toast that fades is faint on purpose.
  await page.getByText('已保存', { exact: true }).first().waitFor({ state: 'hidden' });
  assert.deepEqual(await findings(page), []);
});

test('articles that contradict each other stand side by side until somebody settles it', async () => {
  for (const [title, days] of [['火箭退货期限', '7'], ['火箭几天内能退', '15']]) {
    await page.goto(`${server.url}/knowledge/new?language=zh-CN`);
    await page.getByLabel('标题（客户看到的问题）').fill(title);
    await page.getByLabel('相似问法').fill('火箭退货期限是几天');
    await page.getByLabel('正文').fill(`火箭自签收次日起 ${days} 天内可以退货。`);
    await button('发布').click();
    await page.getByText('已发布，机器人可以使用了').first().waitFor();
  }
  await page.goto(`${server.url}/knowledge?tab=conflicts`);
  const conflict = page.getByRole('listitem').filter({ hasText: '火箭几天内能退' }).first();
  await conflict.getByText('说法不一').waitFor();
  await conflict.getByText('火箭自签收次日起 15 天内可以退货').first().waitFor();
  assert.deepEqual(await findings(page), []);
  await button('没有问题，不再提示', conflict).click();
  await conflict.waitFor({ state: 'detached' });
});

test('an agent looks and changes nothing, in English too', async () => {
  const agent = await open(browser, { locale: 'en-GB' });
  await signIn(agent, server, 'linxia@bluewhale.example');
  await agent.goto(`${server.url}/knowledge?tab=documents`);
  await agent.getByText('潜水.md').first().waitFor();
  assert.equal(await agent.locator('input[type=file]').count(), 0);
  await agent.goto(`${server.url}/knowledge?tab=sources`);
  await agent.getByText('帮助中心').waitFor();
  assert.equal(await agent.getByRole('button', { name: /立即同步|Look now/ }).count(), 0);
  assert.deepEqual(agent.trouble, []);
  await agent.context().close();
});

test('nothing broke the policy or threw', () => {
  assert.deepEqual(page.trouble, []);
});
