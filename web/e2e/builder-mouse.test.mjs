// The drawing with the mouse: steps found as they sound, put behind a step, dropped on the drawing and on a line, joined by dragging, taken
// apart; a hundred changes back and forth; parts carried into another flow; from a finding to its step; notes; tidying up.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { author, box, call, dialog, draftOf, drawn, edgesOf, panel, saved } from './builder.mjs';
import { Server, findings, launch } from './harness.mjs';

let server;
let browser;
let page;

before(async () => {
  server = await Server.start();
  browser = await launch();
  page = await author(browser, server);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const steps = () => page.getByRole('region', { name: '步骤' });
const line = (from, port) => page.locator(`.react-flow__edge[data-id="${from} ${port}"]`);
const pane = () => page.locator('.react-flow__pane');

/** A greeting between start and end, far enough apart for a step to be dropped between. */
function greeting(name, more = {}) {
  return {
    format: 1,
    id: 'x',
    name,
    variables: [{ name: 'word', type: 'text', default: '您好' }],
    nodes: [
      { id: 'start', kind: 'start', settings: { trigger: 'message', phrases: ['打招呼'] } },
      { id: 'hello', kind: 'say', title: '问好', settings: { text: '{{ word }}' } },
      { id: 'bye', kind: 'say', title: '道别', settings: { text: '再见' } },
      { id: 'end', kind: 'end', settings: {} },
    ],
    edges: ['start hello', 'hello bye', 'bye end'].map((way) => ({ from: way.split(' ')[0], to: way.split(' ')[1] })),
    layout: { start: { x: 0, y: 0 }, hello: { x: 330, y: 0 }, bye: { x: 660, y: 0 }, end: { x: 990, y: 0 } },
    ...more,
  };
}

async function opened(document, first = '问好') {
  const id = await drawn(page, document);
  await page.goto(`${server.url}/flows/${id}`);
  await box(page, first).waitFor();
  await still();
  return id;
}

/** The drawing has come to rest where it was fitted or moved to. */
const still = () =>
  page.waitForFunction(
    () =>
      new Promise((done) => {
        const view = document.querySelector('.react-flow__viewport');
        const before = view?.style.transform;
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done(before !== undefined && before === view?.style.transform))));
      }),
  );

/** All of it on the screen. */
async function whole() {
  await page.getByRole('button', { name: '显示全部' }).click();
  await still();
}

const middle = async (locator) => {
  const { x, y, width, height } = await locator.boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
};

async function drag(from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

/** The end of the line that leaves a step by this way. */
const out = (name, port) => box(page, name).locator(`[data-port="${port}"] .react-flow__handle.source`);
const into = (name) => box(page, name).locator('.react-flow__handle.target');

test('steps are found as they sound, dropped on the drawing and on a line, joined by dragging, and taken apart', async () => {
  const id = await opened(greeting('画图'));
  // Behind the chosen step, by its first letters.
  await box(page, '问好').click();
  await steps().getByRole('searchbox').fill('xwkh');
  await steps().getByRole('button', { name: '询问客户' }).waitFor();
  await steps().getByRole('searchbox').press('Enter');
  await box(page, '询问客户').waitFor();
  // By its full sound, dragged to a free place.
  await steps().getByRole('searchbox').fill('zhuanrengong');
  const spot = await pane().boundingBox();
  await steps().getByRole('button', { name: '转人工' }).dragTo(pane(), { targetPosition: { x: spot.width / 2, y: spot.height - 120 } });
  await box(page, '转人工').waitFor();
  await still();
  // On its handle; anywhere on it; and on nothing, where a new step is asked for.
  await drag(await middle(out('询问客户', 'unclear')), await middle(into('转人工')));
  await drag(await middle(out('询问客户', 'error')), await middle(box(page, '转人工')));
  await drag(await middle(out('转人工', 'next')), { x: spot.x + 300, y: spot.y + spot.height - 60 });
  await dialog(page).getByRole('combobox').waitFor();
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'hidden' });
  await whole();
  await drag(await middle(out('转人工', 'next')), await middle(into('结束')));
  assert.deepEqual(edgesOf(await draftOf(page, id)), ['ask error hand_off', 'ask next bye', 'ask unclear hand_off', 'bye next end', 'hand_off next end', 'hello next ask', 'start next hello']);

  // Put into a line: by the button on it, and by dropping a step on it.
  await page.locator('[data-way="bye next"]').hover();
  await page.getByRole('button', { name: '在「下一步」这条线上插入步骤' }).locator('visible=true').and(page.locator('[data-way="bye next"] button')).click();
  await dialog(page).getByRole('combobox').fill('beizhu');
  await dialog(page).getByRole('option', { name: /备注/ }).first().click();
  await box(page, '备注').waitFor();
  await still();
  await steps().getByRole('searchbox').fill('huifu');
  await whole();
  await steps().getByRole('button', { name: '回复客户' }).dragTo(page.locator('[data-way="start next"]'));
  await box(page, '回复客户').waitFor();
  const inserted = edgesOf(await draftOf(page, id));
  for (const way of ['bye next note', 'note next end', 'start next say', 'say next hello']) assert.ok(inserted.includes(way), `${way} is missing in ${inserted}`);

  // A line is chosen and taken away, and comes back.
  await whole();
  const { x, y } = await line('hello', 'next').locator('.react-flow__edge-interaction').evaluate((path) => {
    const at = path.getPointAtLength(path.getTotalLength() / 5).matrixTransform(path.getScreenCTM());
    return { x: at.x, y: at.y };
  });
  await page.mouse.click(x, y);
  await page.getByRole('button', { name: '删除连线' }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press('Delete');
  await line('hello', 'next').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await line('hello', 'next').waitFor({ state: 'attached' });
  // A step that is removed is closed over; its keys go on working though it is gone.
  await box(page, '备注').click();
  await page.keyboard.press('Delete');
  await box(page, '备注').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await box(page, '备注').waitFor();
  assert.deepEqual(edgesOf(await draftOf(page, id)), inserted);
  assert.deepEqual(page.trouble, []);
});

test('more than a hundred changes are taken back and done again', async () => {
  const changes = 106;
  const id = await opened(greeting('来回'));
  await box(page, '问好').click();
  await panel(page).getByRole('button', { name: '复制一份' }).waitFor();
  for (let n = 0; n < changes; n += 1) await page.keyboard.press('Control+d');
  assert.equal((await draftOf(page, id)).nodes.length, 4 + changes);
  for (let n = 0; n < changes; n += 1) await page.keyboard.press('Control+z');
  await page.locator('button[aria-label="撤销"]:disabled').waitFor();
  const back = await draftOf(page, id);
  assert.deepEqual([back.nodes, edgesOf(back)], [greeting('').nodes, edgesOf(greeting(''))]);
  for (let n = 0; n < changes / 2; n += 1) await page.keyboard.press('Control+Shift+z');
  for (let n = 0; n < changes / 2; n += 1) await page.keyboard.press('Control+y');
  await page.locator('button[aria-label="重做"]:disabled').waitFor();
  assert.equal((await draftOf(page, id)).nodes.length, 4 + changes);
  await page.getByRole('button', { name: '撤销', exact: true }).click();
  assert.equal((await draftOf(page, id)).nodes.length, 3 + changes);
  assert.deepEqual(page.trouble, []);
});

test('a part of one flow is carried into another with its lines and variables, and covers nothing there', async () => {
  await opened(greeting('从这里'));
  await box(page, '问好').click();
  await box(page, '道别').click({ modifiers: ['Control'] });
  await panel(page).getByText('选中了 2 个步骤').waitFor();
  await page.keyboard.press('Control+c');
  await page.getByRole('link', { name: '返回流程列表' }).click();
  const other = greeting('到那里', { variables: [] });
  const to = await opened({ ...other, nodes: other.nodes.map((one) => (one.kind === 'say' ? { ...one, settings: { text: '嗯' } } : one)) });
  // A press on the empty drawing first, as people do.
  await pane().click({ position: { x: 200, y: 60 } });
  await page.keyboard.press('Control+v');
  await panel(page).getByText('选中了 2 个步骤').waitFor();
  const document = await draftOf(page, to);
  assert.deepEqual(edgesOf(document), ['bye next end', 'hello next bye', 'say next say_2', 'start next hello']);
  assert.deepEqual(document.variables.map((one) => [one.name, one.default]), [['word', '您好']]);
  const spots = Object.values(document.layout);
  const touching = spots.filter((one, at) => spots.some((two, n) => n !== at && Math.abs(one.x - two.x) < 232 && Math.abs(one.y - two.y) < 58));
  assert.deepEqual(touching, []);
  assert.equal(await box(page, '问好').count(), 2);
  assert.deepEqual(page.trouble, []);
});

test('a finding leads to its step, far away as it is, and says there what is missing', async () => {
  const far = greeting('找问题');
  far.nodes.push({ id: 'lost', kind: 'choose', title: '远处的一步', settings: { when: '' } });
  far.edges[2] = { from: 'bye', to: 'lost' };
  far.edges.push({ from: 'lost', port: 'yes', to: 'end' }, { from: 'lost', port: 'no', to: 'end' });
  far.layout.lost = { x: 9_000, y: 5_000 };
  await opened(far);
  assert.equal(await box(page, '远处的一步').count(), 0, 'it is not on the screen at first');
  const go = async () => {
    await dialog(page).getByRole('button', { name: /远处的一步/ }).first().click();
    await dialog(page).waitFor({ state: 'hidden' });
    await box(page, '远处的一步').waitFor();
    await still();
    const [whole, at] = [await page.locator('.react-flow').boundingBox(), await middle(box(page, '远处的一步'))];
    assert.ok(at.x > whole.x && at.x < whole.x + whole.width && at.y > whole.y && at.y < whole.y + whole.height, 'the step is on the screen');
    await panel(page).getByRole('heading', { name: '远处的一步' }).waitFor();
    await panel(page).getByRole('combobox', { name: '条件' }).and(page.locator('[aria-invalid="true"]')).waitFor();
  };
  await page.getByRole('button', { name: /个问题/ }).click();
  await go();
  // From where it keeps the flow from going live as well.
  await box(page, '远处的一步').getByRole('img', { name: '有问题，不能发布' }).waitFor();
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await dialog(page).getByRole('button', { name: '查看问题' }).click();
  await go();
  await panel(page).getByLabel('条件').fill('word != ""');
  await page.getByRole('button', { name: /个问题/ }).waitFor({ state: 'detached' });
  assert.deepEqual(await findings(page), []);
  assert.deepEqual(page.trouble, []);
});

test('a note stands on its step, and tidying up can be taken back', async () => {
  const messy = greeting('备注');
  messy.layout = { start: { x: 0, y: 0 }, hello: { x: 10, y: 20 }, bye: { x: 20, y: 300 }, end: { x: -400, y: 80 } };
  const id = await opened(messy, '道别');
  await page.getByRole('button', { name: '自动整理' }).click();
  const tidy = (await draftOf(page, id)).layout;
  assert.ok(tidy.start.x < tidy.hello.x && tidy.hello.x < tidy.bye.x && tidy.bye.x < tidy.end.x, JSON.stringify(tidy));
  await page.getByRole('button', { name: '撤销', exact: true }).click();
  assert.deepEqual((await draftOf(page, id)).layout, messy.layout);
  await box(page, '道别').click();
  await panel(page).getByLabel('备注').fill('和市场部约好的说法');
  await box(page, '道别').getByRole('img', { name: '和市场部约好的说法' }).waitFor();
  // Escape leads from the form back to its step.
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement?.matches('.react-flow__node.selected'));
  await saved(page);
  await page.reload();
  await box(page, '道别').getByRole('img', { name: '和市场部约好的说法' }).waitFor();
  await call(page, 'DELETE', `/flows/${id}`);
  assert.deepEqual(page.trouble, []);
});

test('where the form has no room beside the drawing, a double click opens it over it', async () => {
  const id = await drawn(page, greeting('窄处'));
  await page.setViewportSize({ width: 1000, height: 760 });
  await page.goto(`${server.url}/flows/${id}`);
  await box(page, '问好').waitFor();
  await still();
  assert.ok(await panel(page).isHidden());
  await box(page, '问好').dblclick();
  await panel(page).getByRole('heading', { name: '问好' }).waitFor();
  assert.deepEqual(await findings(page), []);
  await panel(page).getByLabel('内容').fill('早上好');
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'hidden' });
  assert.equal((await draftOf(page, id)).nodes[1].settings.text, '早上好');
  assert.deepEqual(page.trouble, []);
});
