// Makes the pictures of the README from the demo: `node scripts/screenshots.mjs` in web/, with a built server.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Server, launch, open, say, signIn } from '../e2e/harness.mjs';

const OUT = join(import.meta.dirname, '../../docs/images');
const VIEWS = [
  { name: 'zh', locale: 'zh-CN', colorScheme: 'light' },
  { name: 'en', locale: 'en-US', colorScheme: 'dark' },
];

await mkdir(OUT, { recursive: true });
const server = await Server.start();
const browser = await launch();
try {
  for (const { name, ...options } of VIEWS) {
    await console_(name, options);
    await shop(name, options);
  }
} finally {
  await browser.close();
  await server.stop();
}

async function console_(name, options) {
  const page = await open(browser, options);
  await signIn(page, server, name === 'zh' ? 'zhouming@bluewhale.example' : 'emma@bluewhale.example');
  await page.getByRole('option').or(page.getByRole('row')).first().waitFor({ timeout: 5_000 }).catch(() => undefined);
  await page.keyboard.press('Alt+j');
  await page.getByRole('log').waitFor({ timeout: 5_000 }).catch(() => undefined);
  await page.waitForTimeout(800);
  await page.screenshot({ path: join(OUT, `console-${name}.png`) });
  await page.context().close();
}

async function shop(name, options) {
  const page = await open(browser, options);
  await page.goto(`${server.url}/demo`);
  await page.getByRole('button', { name: /咨询客服|Ask support/ }).first().click();
  const isWidget = (frame) => frame.url().includes('/widget/frame');
  const frame = page.frames().find(isWidget) ?? (await page.waitForEvent('framenavigated', isWidget));
  await say(frame, name === 'zh' ? '手机防水吗' : 'Is the phone waterproof?').catch(() => undefined);
  await frame.getByText(/AI 生成|AI-generated/).first().waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(OUT, `shop-${name}.png`) });
  await page.context().close();
}
