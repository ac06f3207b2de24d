// A customer alone with the bot: answers, input methods, hostile text, languages, policy.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { INBOX, Server, launch, open, say, visit } from './harness.mjs';

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

test('a question is answered from an article, marked as generated, with its source', async () => {
  const page = await visit(browser, server);
  await say(page, '怎么申请退货');
  const log = page.getByRole('log');
  await log.getByText('AI 生成').first().waitFor();
  await log.getByText('参考内容').first().waitFor();
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});

test('English visitors are answered in English', async () => {
  const page = await visit(browser, server, { locale: 'en-US' });
  await say(page, 'How do I return my order?');
  await page.getByRole('log').getByText(/return/i).nth(1).waitFor();
  await page.getByRole('button', { name: /Talk to a person|person/i }).first().waitFor();
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});

test('the Enter that commits an input method never sends', async () => {
  const page = await visit(browser, server);
  const box = page.getByRole('textbox', { name: '消息内容' });
  await box.fill('tuihuo');
  await box.evaluate((element) => {
    element.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Process', code: 'Enter', keyCode: 229, bubbles: true, cancelable: true }));
    element.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
  });
  assert.equal(await box.inputValue(), 'tuihuo');
  await box.fill('退货');
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText('AI 生成').first().waitFor();
  await page.context().close();
});

test('hostile text is shown as text', async () => {
  const page = await visit(browser, server);
  const hostile = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> [x](javascript:window.pwned=1) \u202Egnp.exe';
  await say(page, hostile);
  await page.getByRole('log').getByText('<img src=x').first().waitFor();
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.equal(await page.locator('[href^="javascript"]').count(), 0);
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});

test('the shop carries the widget under its own policy and opens it', async () => {
  const page = await open(browser);
  await page.goto(`${server.url}/demo`);
  await page.getByRole('button', { name: /咨询客服/ }).first().click();
  // The frame stands in a closed shadow root, so it is found by its address.
  const isWidget = (frame) => frame.url().includes('/widget/frame');
  const frame = page.frames().find(isWidget) ?? (await page.waitForEvent('framenavigated', isWidget));
  await frame.getByRole('textbox', { name: '消息内容' }).fill('这个手机能防水吗');
  await page.keyboard.press('Enter');
  await frame.getByRole('log').getByText('AI 生成').first().waitFor();
  assert.deepEqual(page.trouble, []);
  await page.context().close();
});

test('a user token that is no good is told to the page', async () => {
  for (const identifiesFirst of [true, false]) {
    const page = await open(browser);
    await page.goto(`${server.url}/demo`);
    const button = page.getByRole('button', { name: /咨询客服/ }).first();
    await button.waitFor();
    const isWidget = (frame) => frame.url().includes('/widget/frame');
    if (!identifiesFirst) {
      await button.click();
      const frame = page.frames().find(isWidget) ?? (await page.waitForEvent('framenavigated', isWidget));
      await say(frame, '怎么申请退货');
      await frame.getByRole('log').getByText('AI 生成').first().waitFor();
    }
    const told = page.evaluate(
      () =>
        new Promise((resolve) => {
          window.qingniao('on', 'error', resolve);
          window.qingniao('identify', 'garbage');
        }),
    );
    if (identifiesFirst) await button.click();
    assert.equal((await told).code, 'invalid_token', identifiesFirst ? 'before it is open' : 'while it is open');
    if (!identifiesFirst) {
      const frame = page.frames().find(isWidget);
      await say(frame, '还能写吗');
      await frame.getByRole('log').getByText('还能写吗').waitFor();
    }
    await page.context().close();
  }
});

test('a page may frame the widget only when the inbox allows it, and never the console', async () => {
  const console_ = await fetch(`${server.url}/`);
  assert.match(console_.headers.get('content-security-policy'), /frame-ancestors 'none'/);
  const widget = await fetch(`${server.url}/widget/frame?key=${INBOX}`);
  assert.doesNotMatch(widget.headers.get('content-security-policy'), /frame-ancestors 'none'/);
  for (const response of [console_, widget]) assert.doesNotMatch(response.headers.get('content-security-policy'), /unsafe-inline|unsafe-eval/);
});
