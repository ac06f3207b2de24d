// The catalogue, articles for some, and the company's own entities, by hand in the browser: a sheet with a mistake and then without, variants that the
// bot speaks of, an article for colleagues only, the marked sentence behind a citation, and an order number that the test box knows.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findings, Server, launch, open, say, signIn, visit } from './harness.mjs';

const sheet = (text) => ({ name: '商品.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
const HEAD = 'sku,名称,分类,价格,库存,variant_of,规格\n';
const ROWS = 'ZX1,星芒 ZX1 音箱,speaker,899,,,\nZX1-R,,,899,4,ZX1,颜色=红色\nZX1-B,,,999,0,ZX1,颜色=蓝色\n';

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
const tab = (name) => page.getByRole('tab', { name });
const dialog = () => page.getByRole('dialog');

test('a sheet with a mistake is told by its row, and nothing is written', async () => {
  await page.getByRole('navigation').getByRole('link', { name: '知识库' }).click();
  await tab('商品目录').click();
  await page.getByText('BW-P10PRO').waitFor();
  assert.deepEqual(await findings(page), []);
  await button('导入表格').click();
  await dialog().locator('input[type=file]').setInputFiles([sheet(`${HEAD}ZX1,星芒 ZX1 音箱,speaker,九百,,,\n`)]);
  await dialog().getByRole('row', { name: /2 price/ }).getByText('不是金额', { exact: false }).waitFor();
  assert.equal(await button('导入', dialog()).isDisabled(), true);
  assert.deepEqual(await findings(page), []);
});

test('put right, it is taken over, and the bot speaks of what it comes in', async () => {
  await dialog().locator('input[type=file]').setInputFiles([sheet(HEAD + ROWS)]);
  await dialog().getByText('将新增 1').waitFor();
  await button('导入', dialog()).click();
  await page.getByText('已导入：新增 1，更新 0').waitFor();
  await page.getByLabel('搜索名称、SKU 或规格').fill('ZX1-B');
  await page.getByRole('row', { name: /星芒 ZX1 音箱/ }).getByText('¥899 起').waitFor();
  await say(visitor, 'ZX1 蓝色的还有吗');
  await visitor.getByText('暂时缺货', { exact: false }).waitFor();
  await visitor.getByRole('button', { name: '红色' }).click();
  await visitor.getByText('红色：¥899，有现货', { exact: false }).waitFor();
});

test('a variant is added in the form, and its mistakes are shown where they are', async () => {
  await page.getByRole('button', { name: '星芒 ZX1 音箱' }).click();
  await button('添加规格', dialog()).click();
  const last = dialog().locator('div[role=group]').last();
  await last.getByLabel('颜色', { exact: true }).fill('白色');
  await last.getByLabel('价格（元）').fill('很贵');
  await button('保存', dialog()).click();
  await dialog().getByText('请填写金额', { exact: false }).waitFor();
  await last.getByLabel('SKU').fill('ZX1-W');
  await last.getByLabel('价格（元）').fill('799');
  await last.getByLabel('库存').fill('2');
  assert.deepEqual(await findings(page), []);
  await button('保存', dialog()).click();
  await page.getByRole('row', { name: /星芒 ZX1 音箱/ }).getByText('¥799 起').waitFor();
});

test('categories are called by names that people read, and the company may change them', async () => {
  await page.getByRole('cell', { name: 'speaker', exact: true }).waitFor();
  await button('分类名称').click();
  const named = (key) => dialog().getByRole('group', { name: key, exact: true }).getByLabel('中文名称');
  await named('power_bank').waitFor();
  assert.equal(await named('power_bank').getAttribute('placeholder'), '充电宝');
  await named('speaker').fill('音箱');
  assert.deepEqual(await findings(page), []);
  await button('保存', dialog()).click();
  await page.getByRole('cell', { name: '音箱', exact: true }).waitFor();
  await dialog().waitFor({ state: 'detached' });
});

test('an article for colleagues only is told to nobody else', async () => {
  await tab('条目').click();
  await button('新建条目').click();
  await page.getByLabel('标题（客户看到的问题）').fill('月球分店的内部电话是多少');
  await page.getByLabel('正文').fill('月球分店的内部电话是 8888。');
  await page.getByLabel('给谁看').click();
  await page.getByRole('option', { name: '仅内部坐席' }).click();
  assert.deepEqual(await findings(page), []);
  await button('发布').click();
  await page.getByText('已发布，机器人可以使用了').waitFor();
  await page.getByRole('link', { name: '知识库' }).last().click();
  await page.getByRole('row', { name: /月球分店/ }).getByText('仅内部坐席').waitFor();
  await say(visitor, '月球分店的内部电话是多少');
  await visitor.getByText('抱歉', { exact: false }).first().waitFor();
  assert.equal(await visitor.getByText('8888').count(), 0);
});

test('behind a citation the sentence that answered is marked, in the widget and in the console', async () => {
  await say(visitor, '支持七天无理由退货吗');
  await visitor.locator('.source').last().click();
  await visitor.locator('.article mark').first().waitFor();
  await page.getByRole('navigation').getByRole('link', { name: '会话' }).click();
  await page.getByRole('button', { name: /^机器人/ }).first().click();
  await page.getByText(/^访客/).first().click();
  await page.getByRole('list', { name: '引用' }).last().getByRole('button').click();
  await dialog().locator('mark').first().waitFor();
  await dialog().getByText('标出的句子是机器人作答的依据。').waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Escape');
});

test('a number of the company’s own form is known from the next text on', async () => {
  await page.getByRole('navigation').getByRole('link', { name: '理解' }).click();
  await tab('实体').click();
  await button('新建实体').click();
  await dialog().getByLabel('显示名').fill('维修单号');
  await dialog().getByLabel('名称（流程中使用）').fill('repair_no');
  await dialog().getByLabel('格式', { exact: true }).fill('##');
  await button('创建', dialog()).click();
  await dialog().getByText('格式太宽', { exact: false }).first().waitFor();
  await dialog().getByLabel('格式', { exact: true }).fill('RX-#{6}');
  assert.deepEqual(await findings(page), []);
  await button('创建', dialog()).click();
  await page.getByRole('row', { name: /维修单号/ }).waitFor();
  await tab('试一试').click();
  await page.getByLabel('客户说').fill('维修单 rx-123456 修好了吗');
  await button('试一试').click();
  await page.getByText('RX-123456').first().waitFor();
  await page.getByText('自定义').waitFor();
});
