// Every page of the console and of the visitor's side: no serious finding of axe, no policy violation, in both languages and themes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, signIn, visit } from './harness.mjs';

const PAGES = ['/', '/contacts', '/knowledge', '/overview', '/floor', '/settings', '/settings/inboxes', '/settings/people', '/settings/profile'];

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

for (const colorScheme of ['light', 'dark']) {
  test(`the console has no serious finding in ${colorScheme}`, async () => {
    const page = await open(browser, { colorScheme });
    await signIn(page, server, 'admin@bluewhale.example');
    for (const path of PAGES) {
      await page.goto(server.url + path);
      await page.getByRole('navigation').first().waitFor();
      await page.waitForLoadState('networkidle').catch(() => undefined);
      assert.deepEqual(await findings(page), [], `${path} in ${colorScheme}`);
    }
    assert.deepEqual(page.trouble, []);
    await page.context().close();
  });
}

test("the visitor's page has no serious finding in either language", async () => {
  for (const locale of ['zh-CN', 'en-US']) {
    const page = await visit(browser, server, { locale, viewport: { width: 390, height: 844 } });
    assert.deepEqual(await findings(page), [], locale);
    assert.deepEqual(page.trouble, []);
    await page.context().close();
  }
});

test('sign-in says what is wrong without saying who exists', async () => {
  const page = await open(browser);
  await page.goto(server.url);
  await page.getByLabel(/邮箱/).fill('nobody@bluewhale.example');
  await page.locator('input[type=password]').fill('wrong-password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').first().waitFor();
  assert.deepEqual(await findings(page), []);
  await page.context().close();
});
