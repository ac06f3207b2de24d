// A drawing of a thousand steps, and every page of flows as people see it on a desk and on a phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { author, call, published } from './builder.mjs';
import { large } from './flows-large.mjs';
import { Server, findings, launch } from './harness.mjs';

/** In which a drawing of a thousand steps is to be there. */
const OPENED_MS_MAX = 5_000;
let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a drawing of a thousand steps opens without drawing them all, and can be moved', async () => {
  const page = await author(browser, server);
  const made = await call(page, 'POST', '/flows', { name: '一千步', document: large('一千步') });
  await page.goto(`${server.url}/flows`);
  const link = page.getByRole('link', { name: '一千步' });
  await link.waitFor();
  const began = Date.now();
  await link.click();
  await page.locator('.react-flow__node').first().waitFor();
  const opened = Date.now() - began;
  const shown = await page.locator('.react-flow__node').count();
  assert.ok(shown < 200, `${shown} boxes are drawn`);
  // Generous for two busy cores; drawing what nobody sees, or checking step by step, takes ten times as long.
  assert.ok(opened < OPENED_MS_MAX, `opened in ${opened} ms`);
  const slow = await drag(page);
  process.stdout.write(`# 1000 steps: opened in ${opened} ms, ${shown} boxes drawn, frame p50 ${slow.p50} ms, p95 ${slow.p95} ms\n`);
  await page.getByRole('button', { name: '大纲' }).click();
  await page.getByRole('treeitem').first().waitFor();
  assert.ok((await page.getByRole('treeitem').count()) < 100);
  assert.deepEqual(page.trouble, []);
  await call(page, 'DELETE', `/flows/${made.id}`).catch(() => undefined);
  await page.context().close();
});

/** Frame times in milliseconds while the drawing is dragged. */
async function drag(page) {
  await page.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    const tick = (now) => {
      window.frames_.push(now - last);
      last = now;
      window.tick_ = requestAnimationFrame(tick);
    };
    window.tick_ = requestAnimationFrame(tick);
  });
  await page.mouse.move(800, 700);
  await page.mouse.down();
  for (let n = 0; n < 60; n += 1) await page.mouse.move(800 - n * 6, 700 - n * 3);
  await page.mouse.up();
  const frames = await page.evaluate(() => {
    cancelAnimationFrame(window.tick_);
    return window.frames_.slice(1).sort((a, b) => a - b);
  });
  const at = (share) => Number((frames[Math.floor(frames.length * share)] ?? 0).toFixed(1));
  return { p50: at(0.5), p95: at(0.95) };
}

test('every page of flows passes the audit, on a phone as well, in both languages', async () => {
  const page = await author(browser, server);
  const id = await published(page, '审查');
  for (const [language, width] of [['zh-CN', 1440], ['en', 390]]) {
    await page.evaluate((chosen) => localStorage.setItem('qn.language', chosen), language);
    await page.setViewportSize({ width, height: 900 });
    for (const [path, title] of pages(id)) {
      await page.goto(server.url + path);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      assert.deepEqual(await findings(page), [], `${path} at ${width}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} fits ${width}`);
      const bar = await page.getByRole('main').locator('header').first().boundingBox();
      if (path === pages(id)[1][0]) assert.ok(bar.height <= 100, `the bar of the builder is ${bar.height} high at ${width}`);
    }
  }
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});

const pages = (id) => [
  ['/flows', /^(流程|Flows)$/],
  [`/flows/${id}`, '审查'],
  [`/flows/${id}/versions`, /审查/],
  ['/runs', /^(流程|Flows)$/],
  ['/approvals', /^(审批|Approvals)$/],
];
