// Several steps at once without a mouse: chosen in the outline, carried into another flow, taken back, and made a sub-flow.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Keys, author, call, dialog, draftOf, drawn, edgesOf, tree } from './builder.mjs';
import { Server, findings, launch } from './harness.mjs';

let server;
let browser;
let page;
let keys;

before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await author(browser, server);
  keys = new Keys(page);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const type = (text) => page.keyboard.type(text);

/** Three steps one behind the other, and one behind nothing. */
const CHAIN = {
  format: 1,
  id: 'x',
  name: '三步',
  variables: [{ name: 'word', type: 'text' }],
  nodes: [
    { id: 'start', kind: 'start', settings: { trigger: 'api' } },
    { id: 'one', kind: 'set', title: '记下一', settings: { set: [{ variable: 'word', value: '"一"' }] } },
    { id: 'two', kind: 'set', title: '记下二', settings: { set: [{ variable: 'word', value: 'word + "二"' }] } },
    { id: 'end', kind: 'end', settings: { output: '{{ word }}' } },
  ],
  edges: ['start one', 'one two', 'two end'].map((way) => ({ from: way.split(' ')[0], to: way.split(' ')[1] })),
};

async function outline(id, name) {
  await page.goto(`${server.url}/flows/${id}`);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await keys.tabTo('大纲');
  await keys.press('Enter');
  await keys.tabTo('大纲');
  await keys.inOutline();
}

test('with the keyboard alone: several steps are carried into another flow, taken back, and become a sub-flow', async () => {
  const [from, to] = [await drawn(page, CHAIN), await drawn(page, { ...CHAIN, name: '另一条', variables: [], nodes: [CHAIN.nodes[0], { id: 'end', kind: 'end', settings: {} }], edges: [{ from: 'start', to: 'end' }] })];
  await outline(from, '三步');
  await keys.go('记下一');
  await keys.press('Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowUp');
  const chosen = tree(page).getByRole('treeitem', { selected: true });
  assert.equal(await chosen.count(), 2);
  assert.deepEqual(await findings(page), []);
  await keys.press('Control+c');
  await outline(to, '另一条');
  await keys.press('Control+v');
  await tree(page).getByText('记下二').waitFor();
  const pasted = await draftOf(page, to);
  assert.deepEqual(edgesOf(pasted), ['set next set_2', 'start next end']);
  assert.deepEqual(pasted.variables.map((one) => one.name), ['word']);
  await keys.press('Control+z');
  await tree(page).getByText('记下二').waitFor({ state: 'detached' });

  await outline(from, '三步');
  await keys.go('记下一');
  await keys.press('Shift+ArrowDown');
  await keys.tabTo('收成子流程');
  await keys.press('Enter');
  await dialog(page).getByLabel('新流程的名称').waitFor();
  await type('记两笔');
  await keys.press('Enter');
  await page.getByText('已收成子流程「记两笔」').waitFor();
  await tree(page).getByText('记两笔').waitFor();
  const report = await call(page, 'POST', `/flows/${from}/simulate`, { document: await draftOf(page, from), script: { input: {} } });
  assert.deepEqual([report.status, report.output], ['done', '一二']);
  assert.deepEqual(page.trouble, []);
});
