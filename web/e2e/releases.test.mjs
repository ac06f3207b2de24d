// What became of flows beside drawing them: text in and out, sub-flows, previews, plans, trials, backtests, and what approvers may change.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { box, call, dialog, panel, saved } from './builder.mjs';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let boss;

before(async () => {
  server = await Server.start();
  browser = await launch();
  boss = await open(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await signIn(boss, server, 'helan@bluewhale.example');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Decides by the amount and says so. */
function counting(name, limit = 500) {
  return {
    format: 1,
    id: 'x',
    name,
    variables: [
      { name: 'amount', type: 'number', input: true, default: 300 },
      { name: 'limit', type: 'number', default: limit },
      { name: 'word', type: 'text' },
    ],
    nodes: [
      { id: 'start', kind: 'start', settings: { trigger: 'api' } },
      { id: 'large', kind: 'choose', title: '是否大额', settings: { when: 'amount > limit' } },
      { id: 'big', kind: 'set', title: '记为大额', settings: { set: [{ variable: 'word', value: '"大额"' }] } },
      { id: 'small', kind: 'set', title: '记为小额', settings: { set: [{ variable: 'word', value: '"小额"' }] } },
      { id: 'end', kind: 'end', settings: { output: '{{ word }}' } },
    ],
    edges: [
      { from: 'start', to: 'large' },
      { from: 'large', port: 'yes', to: 'big' },
      { from: 'large', port: 'no', to: 'small' },
      { from: 'big', to: 'end' },
      { from: 'small', to: 'end' },
    ],
  };
}

async function published(document) {
  const made = await call(boss, 'POST', '/flows', { name: document.name, document });
  const live = await call(boss, 'POST', `/flows/${made.id}/publish`, { note: '第一版', revision: 1 });
  assert.ok(live.live, JSON.stringify(live));
  return made.id;
}

test('a flow comes in as YAML or as a Serverless Workflow, and what cannot be read is told by its place', async () => {
  await boss.goto(`${server.url}/flows`);
  await boss.getByRole('button', { name: '导入' }).click();
  const text = dialog(boss).getByLabel('文件内容');
  await text.fill('document:\n  dsl: 1.0.0\n  namespace: shop\n  name: ship\n  version: 0.1.0\ndo:\n  - box:\n      run:\n        container:\n          image: alpine\n');
  await dialog(boss).getByRole('button', { name: '导入为草稿' }).click();
  await dialog(boss).getByRole('alert').getByText('/do/0/box').first().waitFor();
  assert.deepEqual(await findings(boss), []);
  await text.fill('document:\n  dsl: 1.0.0\n  namespace: shop\n  name: ship\n  version: 0.1.0\ndo:\n  - greet:\n      set:\n        word: 您好\n');
  await dialog(boss).getByRole('button', { name: '导入为草稿' }).click();
  await boss.waitForURL(/\/flows\/flow_/);
  await boss.getByText('草稿已保存').waitFor();

  // With the keyboard, from a file that went out as YAML.
  const id = await published(counting('计数'));
  await boss.goto(`${server.url}/flows/${id}`);
  await box(boss, '是否大额').waitFor();
  await boss.getByRole('button', { name: '更多' }).click();
  const coming = boss.waitForEvent('download');
  await boss.getByRole('menuitem', { name: '导出 YAML' }).click();
  const file = await coming;
  assert.equal(file.suggestedFilename(), `${id}.yaml`);
  await boss.goto(`${server.url}/flows`);
  await boss.getByRole('button', { name: '导入' }).focus();
  await boss.keyboard.press('Enter');
  await dialog(boss).locator('input[type=file]').setInputFiles(await file.path());
  await dialog(boss).getByLabel('名称').fill('计数二');
  await boss.keyboard.press('Enter');
  await boss.getByRole('heading', { level: 1, name: '计数二' }).waitFor();
  assert.deepEqual(boss.trouble, []);
});

test('an expression shows what it gives for the newest run while it is written', async () => {
  const id = await published(counting('预览'));
  await call(boss, 'POST', `/flows/${id}/runs`, { input: { amount: 900 } });
  await boss.goto(`${server.url}/flows/${id}`);
  await box(boss, '是否大额').click();
  const when = panel(boss).getByRole('combobox').first();
  await when.fill('amount * 2');
  await panel(boss).getByText('按最近一次运行').waitFor();
  await panel(boss).getByText('1800', { exact: true }).waitFor();
  await when.fill('amount > maximum');
  await panel(boss).getByText('样本里没有：maximum').waitFor();
  await when.fill('amount > limit');
  await panel(boss).getByText('true', { exact: true }).waitFor();
  assert.deepEqual(await findings(boss), []);
  assert.deepEqual(boss.trouble, []);
});

test('steps become a sub-flow and come back', async () => {
  const id = await published(counting('收起'));
  await boss.goto(`${server.url}/flows/${id}`);
  await box(boss, '是否大额').click();
  for (const name of ['记为大额', '记为小额']) await box(boss, name).click({ modifiers: ['Control'] });
  await panel(boss).getByRole('button', { name: '收成子流程' }).click();
  await dialog(boss).getByLabel('新流程的名称').fill('判断大小');
  assert.deepEqual(await findings(boss), []);
  await dialog(boss).getByRole('button', { name: '收成子流程' }).click();
  await boss.getByText('已收成子流程「判断大小」').waitFor();
  await box(boss, '判断大小').waitFor();
  await box(boss, '记为大额').waitFor({ state: 'hidden' });
  await saved(boss);
  // It does the same as before.
  const draft = await call(boss, 'GET', `/flows/${id}/draft`);
  const report = await call(boss, 'POST', `/flows/${id}/simulate`, { document: draft.document, script: { input: { amount: 900 } } });
  assert.deepEqual([report.status, report.output], ['done', '大额']);
  // By keyboard: the call is chosen already; its panel opens it up again.
  await panel(boss).getByRole('button', { name: '展开子流程' }).focus();
  await boss.keyboard.press('Enter');
  await boss.getByText('已展开').waitFor();
  await box(boss, '记为大额').waitFor();
  await saved(boss);
  const back = await call(boss, 'GET', `/flows/${id}/draft`);
  const again = await call(boss, 'POST', `/flows/${id}/simulate`, { document: back.document, script: { input: { amount: 100 } } });
  assert.deepEqual([again.status, again.output], ['done', '小额']);
  assert.deepEqual(boss.trouble, []);
});

test('a draft is played over past runs, and where it parts is told', async () => {
  const id = await published(counting('回测'));
  for (const amount of [300, 600, 900]) await call(boss, 'POST', `/flows/${id}/runs`, { input: { amount } });
  await boss.goto(`${server.url}/flows/${id}`);
  await panel(boss).getByLabel('limit').first().fill('800');
  await saved(boss);
  await boss.getByRole('button', { name: '更多' }).click();
  await boss.getByRole('menuitem', { name: '用过去的运行回测' }).click();
  await dialog(boss).getByRole('button', { name: '开始回测' }).focus();
  await boss.keyboard.press('Enter');
  await dialog(boss).getByText('2 次相同').waitFor();
  await dialog(boss).getByText('1 次不同').waitFor();
  await dialog(boss).getByText('从「是否大额」之后分开').waitFor();
  await dialog(boss).getByRole('region', { name: '现在' }).getByText('记为小额').waitFor();
  assert.deepEqual(await findings(boss), []);
  await boss.keyboard.press('Escape');
  assert.deepEqual(boss.trouble, []);
});

async function publishAs(how) {
  await boss.getByRole('button', { name: '发布', exact: true }).click();
  await dialog(boss).getByRole('button', { name: how, exact: true }).click();
}

test('a version is planned, taken back, tried in a share of runs, compared and promoted', async () => {
  const id = await published(counting('灰度'));
  await boss.goto(`${server.url}/flows/${id}`);
  await panel(boss).getByLabel('limit').first().fill('800');
  await saved(boss);
  await publishAs('定时');
  await dialog(boss).getByLabel('上线时间').fill('2020-01-01T10:00');
  await dialog(boss).getByText('请选择现在之后、一年之内的时间。').waitFor();
  await dialog(boss).getByLabel('上线时间').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 16));
  assert.deepEqual(await findings(boss), []);
  await dialog(boss).getByRole('button', { name: '定时上线', exact: true }).click();
  await dialog(boss).waitFor({ state: 'hidden' });
  await boss.goto(`${server.url}/flows`);
  await boss.getByText('版本 2 已定时').waitFor();
  await boss.goto(`${server.url}/flows/${id}/versions`);
  await boss.getByText(/版本 2 将于 .* 自动上线/).waitFor();
  await boss.getByRole('button', { name: '取消定时' }).focus();
  await boss.keyboard.press('Enter');
  await boss.getByText('已取消定时上线').waitFor();

  await boss.goto(`${server.url}/flows/${id}`);
  await publishAs('先试一部分');
  await dialog(boss).getByLabel('新运行的份额（%）').fill('99');
  await dialog(boss).getByRole('button', { name: '开始试运行' }).click();
  await dialog(boss).waitFor({ state: 'hidden' });
  for (let n = 0; n < 5; n += 1) await call(boss, 'POST', `/flows/${id}/runs`, { input: { amount: 600 } });
  await boss.goto(`${server.url}/flows/${id}/versions`);
  await boss.getByRole('heading', { name: /版本 2 正在试运行，占新运行的 99%/ }).waitFor();
  const trial = boss.getByRole('row', { name: /试运行/ });
  await trial.waitFor();
  assert.deepEqual(await findings(boss), []);
  await boss.getByRole('button', { name: '转为线上' }).click();
  await dialog(boss).getByRole('button', { name: '转为线上' }).click();
  await boss.getByText('版本 2 已上线').waitFor();
  const flow = await call(boss, 'GET', `/flows/${id}`);
  assert.deepEqual([flow.live.number, flow.canary], [2, null]);
  assert.deepEqual(boss.trouble, []);
});

test('an approver changes the amount in its own field, sees who may decide, and the conversation tells it', async () => {
  const nodes = [
    { id: 'start', kind: 'start', settings: { trigger: 'message', phrases: ['我要赔偿'] } },
    {
      id: 'boss',
      kind: 'approval',
      title: '主管审批',
      timeout_ms: 600_000,
      settings: {
        who: 'supervisor',
        title: '赔偿 {{ amount }} 元',
        payload: { amount: '{{ amount }}', order: 'SO1' },
        fields: [
          { name: 'amount', zh: '金额（元）', en: 'Amount', kind: 'number' },
          { name: 'order', zh: '订单', en: 'Order', kind: 'fixed' },
        ],
        save: 'decision',
      },
    },
    { id: 'yes', kind: 'say', title: '告知同意', settings: { text: '已赔偿 {{ decision.payload.amount }} 元。' } },
    { id: 'end', kind: 'end', settings: {} },
  ];
  const edges = [
    { from: 'start', to: 'boss' },
    { from: 'boss', port: 'approved', to: 'yes' },
    ...['rejected', 'error', 'timeout'].map((port) => ({ from: 'boss', port, to: 'end' })),
    { from: 'yes', to: 'end' },
  ];
  const variables = [
    { name: 'amount', type: 'number', default: 90 },
    { name: 'decision', type: 'object' },
  ];
  await published({ format: 1, id: 'x', name: '赔偿', variables, nodes, edges });
  const visitor = await visit(browser, server);
  await say(visitor, '我要赔偿');
  await boss.goto(`${server.url}/approvals`);
  const card = boss.getByRole('article', { name: '赔偿 90 元' });
  await card.getByText(/由任一主管审批：.*何岚/).waitFor();
  await card.getByText('金额（元）').waitFor();
  // With the keyboard.
  await card.getByRole('button', { name: '修改内容' }).focus();
  await boss.keyboard.press('Enter');
  const amount = card.getByLabel('金额（元）');
  await amount.fill('很多');
  await card.getByText('请填写数字。').waitFor();
  assert.ok(await card.getByRole('button', { name: '同意' }).isDisabled());
  await amount.fill('70');
  assert.deepEqual(await findings(boss), []);
  await card.getByRole('button', { name: '按修改后的内容同意' }).focus();
  await boss.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('已赔偿 70 元。').waitFor();
  await boss.getByText('没有待审批的事').waitFor();
  await boss.goto(`${server.url}/runs`);
  const runs = await call(boss, 'GET', '/runs?limit=1');
  await boss.goto(`${server.url}/conversations/${runs.items[0].conversation_id}`);
  await boss.getByText('何岚 同意了：赔偿 90 元').waitFor();
  assert.deepEqual(boss.trouble, []);
  await visitor.context().close();
});

test('a rule is written as when, if, then, and does it', async () => {
  await boss.goto(`${server.url}/rules`);
  await boss.getByRole('button', { name: '新建规则' }).first().click();
  await boss.waitForURL(/\/rules\/rule_/);
  await boss.getByLabel('名称', { exact: true }).fill('建议先记下');
  await boss.getByLabel(/^触发语句/).fill('我要登记建议');
  await boss.getByRole('button', { name: '添加条件' }).focus();
  await boss.keyboard.press('Enter');
  await boss.getByLabel('第 1 个条件的值').fill('建议');
  await boss.getByRole('button', { name: '添加动作' }).click();
  await boss.getByRole('menuitem', { name: '备注', exact: false }).first().click();
  await boss.getByRole('listitem', { name: '第 1 个动作' }).getByRole('combobox').first().fill('客户有建议，请先看');
  assert.deepEqual(await findings(boss), []);
  await boss.getByRole('button', { name: '保存并启用' }).click();
  await boss.getByText('规则已启用').waitFor();
  await boss.reload();
  assert.equal(await boss.getByLabel('第 1 个条件的值').inputValue(), '建议');
  const visitor = await visit(browser, server);
  await say(visitor, '我要登记建议');
  const id = new URL(boss.url()).pathname.split('/').pop();
  for (let tries = 0; tries < 100; tries += 1) {
    const runs = await call(boss, 'GET', `/runs?flow=${id}&state=done&limit=1`);
    if (runs.items.length === 1) break;
    await boss.waitForTimeout(100);
  }
  const [run] = (await call(boss, 'GET', `/runs?flow=${id}&limit=1`)).items;
  assert.equal(run.state, 'done');
  await boss.goto(`${server.url}/conversations/${run.conversation_id}`);
  await boss.getByText('客户有建议，请先看').first().waitFor();
  await boss.goto(`${server.url}/rules`);
  await boss.getByRole('link', { name: '建议先记下' }).waitFor();
  assert.deepEqual(boss.trouble, []);
  await visitor.context().close();
});
