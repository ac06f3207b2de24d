// What the bot says off the straight way, in the company's own words; runs chosen together, retried, closed and moved; the address and
// secret by which other systems call a flow; labels and titles in two languages; a picture that goes with what a flow says.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Keys } from './builder.mjs';
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

const call = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const answer = await fetch(`/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      return answer.status === 204 ? null : answer.json();
    },
    [method, path, body],
  );

const dialog = (page) => page.getByRole('dialog');

/** Published at once; begun by the API. */
async function live(id, document) {
  const made = await call(boss, 'POST', '/flows', { id, name: document.name, document });
  assert.equal(made.id, id, JSON.stringify(made));
  const published = await call(boss, 'POST', `/flows/${id}/publish`, { note: '上线', revision: 1 });
  assert.ok(published.live, JSON.stringify(published));
}

const fails = {
  format: 1,
  id: 'fails',
  name: '总是失败',
  name_en: 'Always fails',
  variables: [{ name: 'order', zh: '订单号', en: 'Order number', type: 'text', input: true, default: 'A1' }],
  nodes: [{ id: 'start', kind: 'start', settings: { trigger: 'api' } }, { id: 'end', kind: 'end', settings: { failed: '没有库存' } }],
  edges: [{ from: 'start', to: 'end' }],
};

const waits = (node) => ({
  format: 1,
  id: 'waits',
  name: '等到货',
  nodes: [
    { id: 'start', kind: 'start', settings: { trigger: 'webhook' } },
    { id: node, kind: 'signal', timeout_ms: 9_000_000, settings: { signal: 'arrived' } },
    { id: 'end', kind: 'end', settings: {} },
  ],
  edges: [{ from: 'start', to: node }, { from: node, to: 'end' }, { from: node, port: 'error', to: 'end' }],
});

test('a company writes its own words and a customer reads them', async () => {
  await boss.goto(`${server.url}/settings/repairs`);
  const cancelled = boss.getByRole('group', { name: '客户取消' });
  await cancelled.getByText('好的，「退款」不再继续办理。').waitFor();
  await cancelled.getByRole('textbox', { name: /中文$/ }).fill('{name}先放一放，需要时再说一声。');
  await cancelled.getByText('退款先放一放，需要时再说一声。').waitFor();
  await boss.getByRole('button', { name: '保存', exact: true }).click();
  await boss.getByText('已保存，立即生效').waitFor();
  assert.deepEqual(await findings(boss), []);
  const customer = await visit(browser, server);
  await say(customer, '我要退款');
  await customer.getByText(/请选择|订单/).first().waitFor();
  await say(customer, '算了');
  await customer.getByText(/先放一放，需要时再说一声。/).waitFor();
  await boss.reload();
  await cancelled.getByRole('button', { name: '恢复内置' }).click();
  await boss.getByRole('button', { name: '保存', exact: true }).click();
  await cancelled.getByText('内置', { exact: true }).waitFor();
});

test('a flow stands in where the bot has no answer, in its own words', async () => {
  await live('intake', {
    format: 1,
    id: 'intake',
    name: '先问清楚',
    name_en: 'Ask first',
    nodes: [
      { id: 'start', kind: 'start', settings: { trigger: 'api', words: [{ on: 'cancelled', zh: '好，那先不记。' }] } },
      { id: 'ask', kind: 'ask', timeout_ms: 600_000, settings: { text: '我记下来请同事答复，请留个称呼', save: 'who' } },
      { id: 'give', kind: 'hand_off' },
      { id: 'end', kind: 'end' },
    ],
    variables: [{ name: 'who', type: 'text' }],
    edges: [
      { from: 'start', to: 'ask' },
      { from: 'ask', to: 'give' },
      { from: 'ask', port: 'error', to: 'give' },
      { from: 'ask', port: 'unclear', to: 'give' },
      { from: 'give', to: 'end' },
    ],
  });
  await boss.goto(`${server.url}/flows/intake`);
  await boss.locator('.react-flow__node').filter({ hasText: '开始' }).first().click();
  await boss.getByText('本流程的用语').first().waitFor();
  await boss.goto(`${server.url}/settings/repairs`);
  await boss.getByRole('combobox', { name: '答不上来时改由流程处理' }).click();
  await boss.getByRole('option', { name: '先问清楚' }).click();
  await boss.getByRole('button', { name: '保存', exact: true }).click();
  await boss.getByText('已保存，立即生效').waitFor();
  assert.deepEqual(await findings(boss), []);
  const customer = await visit(browser, server);
  await say(customer, '月球上的土豆好吃吗？');
  await customer.getByText('我记下来请同事答复，请留个称呼').waitFor();
  await say(customer, '算了');
  await customer.getByText('好，那先不记。').waitFor();
  await boss.getByRole('combobox', { name: '答不上来时改由流程处理' }).click();
  await boss.getByRole('option', { name: '不使用流程' }).click();
  await boss.getByRole('button', { name: '保存', exact: true }).click();
  await boss.getByRole('button', { name: '保存', exact: true }).waitFor({ state: 'hidden' });
});

const BOUND = ['一直没有回答时改由流程处理', '分不清是哪个流程时改由流程处理', '客户取消之后接着走的流程', '答不上来时改由流程处理', '转人工之前先走流程'];

test('each flow that stands in is chosen with the keyboard, kept, and not to be changed by an agent', async () => {
  const keys = new Keys(boss);
  await boss.goto(`${server.url}/settings/repairs`);
  const select = (name) => boss.getByRole('combobox', { name });
  await select(BOUND.at(-1)).waitFor();
  for (const name of BOUND) await keys.choose(name, '先问清楚');
  await keys.tabTo('保存');
  await keys.press('Enter');
  await boss.getByText('已保存，立即生效').waitFor();
  await boss.reload();
  for (const name of BOUND) await select(name).filter({ hasText: '先问清楚' }).waitFor();
  const { version, flows, silence_minutes } = await call(boss, 'GET', '/repairs');
  assert.deepEqual(flows, Object.fromEntries(['silence', 'clarify', 'cancelled', 'cannot_handle', 'hand_off'].map((at) => [at, 'intake'])));

  const agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  await agent.goto(`${server.url}/settings/repairs`);
  await agent.getByText('没有权限').waitFor();
  assert.equal(await agent.getByRole('combobox', { name: BOUND[0] }).count(), 0);
  const none = { texts: {}, silence_minutes, flows: {}, version };
  assert.equal((await call(agent, 'PUT', '/repairs', none)).status, 403);
  await agent.context().close();
  assert.deepEqual((await call(boss, 'PUT', '/repairs', none)).flows, {});
});

/** A dot, as PNG. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const shows = {
  format: 1,
  id: 'shows',
  name: '看样子',
  nodes: [
    { id: 'start', kind: 'start', settings: { trigger: 'message', phrases: ['看看手机的样子'] } },
    { id: 'show', kind: 'say', title: '看图', settings: { text: '这是它的样子' } },
    { id: 'end', kind: 'end', settings: {} },
  ],
  edges: [{ from: 'start', to: 'show' }, { from: 'show', to: 'end' }],
};

test('a picture is uploaded in the form of a step, and the customer sees it', async () => {
  await call(boss, 'POST', '/flows', { id: 'shows', name: shows.name, document: shows });
  await boss.goto(`${server.url}/flows/shows`);
  await boss.locator('.react-flow__node').filter({ hasText: '看图' }).click();
  const images = boss.getByRole('complementary', { name: '属性' }).getByRole('group', { name: '图片', exact: true });
  await images.getByRole('button', { name: '添加一项' }).click();
  const picker = images.locator('input[type=file]');
  await picker.setInputFiles({ name: '说明.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') });
  await images.getByText('只能上传 PNG、JPEG、GIF 或 WebP 图片').waitFor();
  const upload = async (name) => {
    await picker.setInputFiles({ name, mimeType: 'image/png', buffer: Buffer.from(DOT, 'base64') });
    await images.getByText(name).waitFor();
  };
  await upload('平板.png');
  // An address again: the keyboard stays in the form.
  await images.getByRole('button', { name: /改用网址$/ }).press('Enter');
  await images.getByRole('combobox', { name: '图片 1: 图片', exact: true }).waitFor();
  assert.match(await new Keys(boss).name(), /上传图片$/);
  await upload('手机.png');
  await images.getByRole('combobox', { name: '图片 1: 图片说明' }).fill('红色手机');
  assert.equal(await images.getByRole('img', { name: '红色手机' }).evaluate((img) => img.decode().then(() => img.naturalWidth)), 1);
  assert.deepEqual(await findings(boss), []);
  await boss.getByText('草稿已保存').waitFor();
  const draft = await call(boss, 'GET', '/flows/shows/draft');
  const [kept] = draft.document.nodes[1].settings.images;
  assert.match(kept.url, /^\/api\/v1\/attachments\/att_/);
  const published = await call(boss, 'POST', '/flows/shows/publish', { note: '上线', revision: draft.revision });
  assert.ok(published.live, JSON.stringify(published));

  const customer = await visit(browser, server);
  await say(customer, '看看手机的样子');
  const shown = customer.getByRole('link', { name: /红色手机\.png/ }).locator('img');
  assert.equal(await shown.evaluate((img) => img.decode().then(() => img.naturalWidth)), 1);
  await customer.context().close();
});

test('failures that nobody is at are retried and closed together', async () => {
  await live('fails', fails);
  for (let n = 0; n < 3; n += 1) await call(boss, 'POST', '/flows/fails/runs', { input: { order: `A${n}` } });
  await boss.goto(`${server.url}/runs`);
  await boss.getByText('有 3 次运行失败而没有人处理。').waitFor();
  await boss.getByRole('button', { name: '查看', exact: true }).click();
  await boss.getByLabel('选择本页全部').check();
  const bar = boss.getByRole('region', { name: '已选 3 次运行' });
  await bar.getByRole('button', { name: '重试' }).click();
  await dialog(boss).getByRole('button', { name: '重试' }).click();
  await boss.getByText('3 次运行已完成').waitFor();
  await boss.getByText('失败待处理（3）').waitFor();
  assert.deepEqual(await findings(boss), []);
  await boss.getByLabel('选择本页全部').check();
  await bar.getByRole('button', { name: '关闭' }).click();
  await dialog(boss).getByRole('textbox', { name: '备注' }).fill('已线下补发');
  await dialog(boss).getByRole('button', { name: '关闭' }).last().click();
  await boss.getByText('没有待处理的失败').waitFor();
});

test('a run shows who closed it, and labels instead of names', async () => {
  await boss.goto(`${server.url}/runs?flow=fails`);
  await boss.getByRole('link', { name: '总是失败' }).first().click();
  await boss.getByText(/何岚 于 .* 关闭: 已线下补发/).waitFor();
  await boss.getByLabel('输入').getByText('订单号').waitFor();
});

test('waiting runs are moved after a trial that says what stands against it', async () => {
  await live('waits', waits('wait'));
  for (let n = 0; n < 2; n += 1) await call(boss, 'POST', '/flows/waits/runs', {});
  const draft = await call(boss, 'GET', '/flows/waits/draft');
  await call(boss, 'PUT', '/flows/waits/draft', { document: waits('delivery'), revision: draft.revision, base_hash: draft.base_hash });
  await call(boss, 'POST', '/flows/waits/publish', { note: '改名', revision: draft.revision + 1 });
  await boss.goto(`${server.url}/runs?flow=waits`);
  await boss.getByLabel('选择本页全部').check();
  const bar = boss.getByRole('region', { name: '已选 2 次运行' });
  await bar.getByRole('button', { name: '换版本' }).click();
  await dialog(boss).getByRole('button', { name: '试算' }).click();
  await dialog(boss).getByText('2 次不能移动：').waitFor();
  await dialog(boss).getByText('执行停在 wait，新版本中没有对应步骤').first().waitFor();
  await dialog(boss).getByRole('textbox', { name: '改了名的步骤' }).fill('wait=delivery');
  await dialog(boss).getByRole('button', { name: '试算' }).click();
  await dialog(boss).getByRole('button', { name: '移动 2 次运行' }).click();
  await boss.getByText('2 次运行已完成').waitFor();
  await boss.getByLabel('选择本页全部').check();
  await bar.getByRole('button', { name: '发送信号' }).click();
  await dialog(boss).getByRole('textbox', { name: '信号名称' }).fill('arrived');
  await dialog(boss).getByRole('button', { name: '发送', exact: true }).click();
  await boss.getByRole('row', { name: /完成/ }).nth(1).waitFor();
});

test('the address is copied, and the secret is made, replaced and dropped', async () => {
  await boss.goto(`${server.url}/flows/waits`);
  await boss.locator('.react-flow__node').first().click();
  const panel = boss.getByRole('complementary', { name: '属性' });
  await panel.getByText('还没有密钥，这个地址不接受任何调用。').waitFor();
  await panel.getByRole('button', { name: '生成密钥' }).click();
  await panel.getByText('请现在复制保存，离开后不再显示。').waitFor();
  await panel.getByRole('button', { name: '复制' }).first().click();
  const address = await boss.evaluate(() => navigator.clipboard.readText());
  assert.match(address, /^http.*\/api\/v1\/hooks\/flows\/tnt_[^/]+\/waits$/);
  await panel.getByRole('button', { name: '更换密钥' }).click();
  await dialog(boss).getByRole('button', { name: '更换密钥' }).click();
  await panel.getByRole('button', { name: '停止接受调用' }).click();
  await dialog(boss).getByRole('button', { name: '停止接受调用' }).click();
  await panel.getByText('还没有密钥，这个地址不接受任何调用。').waitFor();
});

test('a flow has a title in English', async () => {
  const english = await open(browser, { locale: 'en-US' });
  await signIn(english, server, 'helan@bluewhale.example');
  await english.evaluate(() => localStorage.setItem('qn.language', 'en'));
  await english.goto(`${server.url}/flows`);
  await english.getByRole('link', { name: 'Always fails' }).waitFor();
  assert.deepEqual(await findings(english), []);
});
