// A person at the console during `cargo xtask replay`: signs in with a one-time password, goes online, and answers and ends the
// conversations they are given, one after the other, until standard input closes. Prints what they wrote as JSON.

import { launch, open } from './harness.mjs';

const [url, email, oneTime] = process.argv.slice(2);
const NEW_PASSWORD = 'at-the-desk-today';

let over = false;
process.stdin.on('end', () => (over = true)).resume();

const browser = await launch();
const page = await open(browser);

async function arrive() {
  await page.goto(`${url}/`);
  await page.getByLabel(/邮箱|E-?mail/i).fill(email);
  await page.locator('input[type=password]').fill(oneTime);
  await page.keyboard.press('Enter');
  await page.getByLabel('新密码', { exact: true }).fill(NEW_PASSWORD);
  await page.locator('input[type=password]').last().fill(NEW_PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').first().waitFor();
  await page.getByRole('button', { name: /^我的状态/ }).click();
  await page.getByRole('menuitemradio', { name: /^在线/ }).click();
  await page.getByRole('button', { name: /^我的状态.*在线/ }).waitFor();
}

/** Opens the first of my conversations, answers it and ends it. False when there is none. */
async function answerNext(number) {
  const row = page.getByRole('listbox').first().getByRole('option').first();
  if (!(await row.isVisible())) return false;
  const id = await row.getAttribute('id');
  await row.click();
  const text = `您好，这是第 ${number} 个回复。`;
  const composer = page.getByRole('textbox', { name: '消息输入框' });
  await composer.waitFor();
  await composer.fill(text);
  await composer.press('Enter');
  await page.getByRole('log').getByText(text).waitFor();
  await page.getByRole('button', { name: '结束', exact: true }).first().click();
  await page.locator(`#${id}`).waitFor({ state: 'detached' });
  return true;
}

await arrive();
process.stdout.write('ready\n');
let answers = 0;
while (!over) {
  if (await answerNext(answers + 1)) answers += 1;
  else await new Promise((done) => setTimeout(done, 50));
}
await browser.close();
process.stdout.write(`${JSON.stringify({ answers, trouble: page.trouble })}\n`);
