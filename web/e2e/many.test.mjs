// Many conversations at once: saved views with their counts, acts on what is ticked and back again, colleagues in one conversation,
// and messages in another language.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let translator;

before(async () => {
  translator = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const { text, target } = JSON.parse(body);
      response.end(JSON.stringify({ text: `[${target}] ${text}` }));
    });
  }).listen(0, '127.0.0.1');
  await once(translator, 'listening');
  const url = `http://127.0.0.1:${translator.address().port}/`;
  server = await Server.start({ QN__TRANSLATE__URL: url, QN__TRANSLATE__ALLOW_PRIVATE: '127.0.0.1' });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  translator?.close();
});

const AGENT = 'zhouming@bluewhale.example';
const SUPERVISOR = 'helan@bluewhale.example';
const composer = (page) => page.getByRole('textbox', { name: '消息输入框' });
const list = (page) => page.getByRole('listbox', { name: '会话列表' });
const views = (page) => page.getByRole('group', { name: '视图', exact: true });

/** A customer who asked for a person and said this since. */
async function waiting(text) {
  const visitor = await visit(browser, server);
  await say(visitor, '转人工');
  await visitor.getByText(/正在为您转接|排队|接通|接入/).first().waitFor();
  await say(visitor, text);
  await visitor.getByRole('log').getByText(text).waitFor();
  return visitor;
}

async function saveView(page, name, fill) {
  await page.getByRole('button', { name: /^筛选与排序/ }).click();
  await page.getByRole('button', { name: '存为视图' }).click();
  const dialog = page.getByRole('dialog', { name: '新建视图' });
  await dialog.getByLabel('名称').fill(name);
  await fill(dialog);
  await dialog.getByRole('button', { name: '创建' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

async function pick(page, field, option) {
  await field.click();
  await page.getByRole('option', { name: option, exact: true }).click();
  await page.keyboard.press('Escape');
}

test('a view is saved, shared, counted as things happen, and shown to colleagues', async () => {
  const lead = await open(browser);
  await signIn(lead, server, SUPERVISOR);
  await lead.getByRole('group', { name: '归属' }).getByRole('button', { name: /^全部/ }).click();
  await saveView(lead, '投诉跟进', async (dialog) => {
    await pick(lead, dialog.getByLabel('含任一标签'), '投诉');
    await dialog.getByLabel('谁可以看到').click();
    await lead.getByRole('option', { name: '所有人' }).click();
  });
  const chip = views(lead).getByRole('button', { name: /^投诉跟进/ });
  assert.equal(await chip.getAttribute('aria-pressed'), 'true');
  assert.deepEqual(await findings(lead), []);
  await lead.getByText('视图中没有会话').waitFor();
  await lead.getByRole('group', { name: '归属' }).getByRole('button', { name: /^全部/ }).click();
  await list(lead).getByRole('option').first().click();
  await lead.getByRole('log').waitFor();
  await lead.keyboard.press('Alt+g');
  const labels = lead.getByRole('dialog', { name: '会话标签' });
  await labels.getByText('投诉', { exact: true }).click();
  await labels.getByRole('button', { name: '关闭' }).last().click();
  await views(lead).getByRole('button', { name: /^投诉跟进\s*1$/ }).click();
  await list(lead).getByRole('option').first().waitFor();
  assert.equal(await list(lead).getByRole('option').count(), 1);

  const agent = await open(browser);
  await signIn(agent, server, AGENT);
  await views(agent).getByRole('button', { name: /^投诉跟进/ }).click();
  await agent.getByRole('button', { name: '更多视图' }).click();
  await agent.getByRole('menuitem', { name: '管理视图' }).click();
  const manage = agent.getByRole('dialog', { name: '管理视图' });
  await manage.getByText('所有人').waitFor();
  assert.equal(await manage.getByRole('button', { name: /编辑/ }).count(), 0, 'others change what is shared');
  await manage.getByRole('checkbox').click();
  await manage.getByRole('checkbox', { checked: false }).waitFor();
  await agent.keyboard.press('Escape');
  await views(agent).getByRole('button', { name: /^投诉跟进/ }).waitFor();
  await views(agent).getByRole('button', { name: /^@我的/ }).click();
  await views(agent).getByRole('button', { name: /^投诉跟进/ }).waitFor({ state: 'hidden' });
  assert.deepEqual([...lead.trouble, ...agent.trouble], []);
  await lead.context().close();
  await agent.context().close();
});

test('what is ticked is labelled and resolved together, told one by one, and taken back', async () => {
  const agent = await open(browser);
  await signIn(agent, server, AGENT);
  const visitors = [await waiting('第一位客人'), await waiting('第二位客人')];
  const rows = list(agent).getByRole('option');
  for (const text of ['第一位客人', '第二位客人']) await rows.filter({ hasText: text }).waitFor();
  await agent.getByRole('button', { name: '选择多个会话' }).click();
  const bar = agent.getByRole('region', { name: '批量操作' });
  await rows.nth(0).click();
  await rows.nth(1).click({ modifiers: ['Shift'] });
  await bar.getByText('已选 2 个').waitFor();
  await agent.mouse.move(700, 450);
  assert.deepEqual(await findings(agent), []);
  await bar.getByRole('button', { name: '标签' }).click();
  const dialog = agent.getByRole('dialog', { name: '修改 2 个会话的标签' });
  await pick(agent, dialog.getByLabel('添加'), '投诉');
  await dialog.getByRole('button', { name: '应用' }).click();
  await bar.getByText('2 个完成').waitFor();
  const labelled = list(agent).getByRole('option').filter({ hasText: '投诉' });
  const before = await labelled.count();
  assert.ok(before >= 2, `${before} carry the label`);
  await bar.getByRole('button', { name: '撤销' }).click();
  await bar.getByText(/已撤销 \d+ 个/).waitFor();

  await bar.getByRole('button', { name: '知道了' }).click();
  await rows.nth(0).click();
  await rows.nth(1).click();
  await bar.getByText('已选 2 个').waitFor();
  await bar.getByRole('button', { name: '更多批量操作' }).click();
  await agent.getByRole('menuitem', { name: '紧急' }).click();
  await bar.getByText('2 个完成').waitFor();
  await list(agent).locator('[data-priority="urgent"]').nth(1).waitFor();
  await agent.mouse.move(700, 450);
  assert.deepEqual(await findings(agent), []);
  await bar.getByRole('button', { name: '撤销' }).click();
  await list(agent).locator('[data-priority="urgent"]').first().waitFor({ state: 'detached' });

  await rows.nth(0).focus();
  await agent.keyboard.press('Control+a');
  const all = await rows.count();
  await bar.getByText(`已选 ${all} 个`).waitFor();
  await bar.getByRole('button', { name: '结束' }).click();
  await bar.getByText(/个完成/).waitFor();
  await agent.getByText('没有进行中的会话').waitFor();
  await bar.getByRole('button', { name: '撤销' }).click();
  await bar.getByText(/已撤销/).waitFor();
  for (const text of ['第一位客人', '第二位客人']) await rows.filter({ hasText: text }).waitFor();
  await bar.getByRole('button', { name: '退出多选' }).click();
  await bar.waitFor({ state: 'hidden' });
  assert.deepEqual(agent.trouble, []);
  for (const page of [agent, ...visitors]) await page.context().close();
});

test('a colleague is named and invited, answers beside the owner, and leaves', async () => {
  const visitor = await waiting('我的空调漏水了');
  const agent = await open(browser);
  await signIn(agent, server, AGENT);
  const lead = await open(browser);
  await signIn(lead, server, SUPERVISOR);
  await list(agent).getByRole('option').filter({ hasText: '我的空调漏水了' }).click();
  await agent.getByRole('log').getByText('我的空调漏水了', { exact: true }).waitFor();

  await agent.keyboard.press('Alt+p');
  const note = agent.getByRole('textbox', { name: '内部备注' });
  await note.pressSequentially('@helan');
  await agent.getByRole('listbox', { name: '同事' }).getByRole('option', { name: /何岚/ }).waitFor();
  await agent.keyboard.press('Enter');
  await note.pressSequentially('请看一下');
  await agent.keyboard.press('Enter');
  await agent.getByRole('log').getByText('已通知 何岚').waitFor();
  await views(lead).getByRole('button', { name: /^@我的\s*1/ }).click();
  await list(lead).getByRole('option').first().click();
  await lead.getByRole('log').getByText('@何岚 请看一下').waitFor();
  await views(lead).getByRole('button', { name: '@我的', exact: true }).waitFor();

  await agent.getByRole('button', { name: '更多操作' }).click();
  await agent.getByRole('menuitem', { name: '邀请同事' }).click();
  const dialog = agent.getByRole('dialog', { name: '邀请同事' });
  await dialog.getByRole('button', { name: '邀请 何岚' }).click();
  await dialog.getByRole('button', { name: '移出' }).waitFor();
  await dialog.getByRole('button', { name: '关闭' }).last().click();
  await views(lead).getByRole('button', { name: /^协作\s*1/ }).click();
  await lead.getByText(/您与 周明 一起接待/).waitFor();
  await lead.keyboard.press('Alt+l');
  await composer(lead).fill('您好，我是何岚，和周明一起帮您');
  await lead.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('您好，我是何岚，和周明一起帮您').waitFor();
  await lead.getByRole('button', { name: '更多操作' }).click();
  await lead.getByRole('menuitem', { name: '退出会话' }).click();
  await lead.getByRole('log').getByText('何岚 退出了会话').waitFor();
  await agent.getByRole('log').getByText('周明 邀请 何岚 加入会话').waitFor();
  assert.deepEqual([...agent.trouble, ...lead.trouble, ...visitor.trouble], []);
  for (const page of [agent, lead, visitor]) await page.context().close();
});

test('a message is read and written in another language, with the original beside it', async () => {
  const visitor = await waiting('I need a refund please');
  const agent = await open(browser);
  await signIn(agent, server, AGENT);
  await list(agent).getByRole('option').filter({ hasText: 'I need a refund please' }).click();
  const bubble = agent.getByRole('log').getByRole('article').filter({ hasText: 'I need a refund please' });
  await bubble.getByRole('button', { name: '翻译' }).click();
  await bubble.getByRole('note', { name: '译文' }).getByText('[zh-CN] I need a refund please').waitFor();
  await bubble.getByText('I need a refund please', { exact: true }).waitFor();
  await composer(agent).fill('马上为您处理');
  await agent.getByRole('button', { name: '发送前翻译成' }).click();
  await agent.getByRole('menuitem', { name: '日语' }).click();
  await agent.getByText('已翻译成日语，原文： 马上为您处理').waitFor();
  assert.equal(await composer(agent).inputValue(), '[ja] 马上为您处理');
  await agent.getByRole('button', { name: '恢复原文' }).click();
  assert.equal(await composer(agent).inputValue(), '马上为您处理');
  assert.deepEqual(agent.trouble, []);
  await agent.context().close();
  await visitor.context().close();
});
