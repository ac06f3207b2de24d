// The router asks instead of assigning: whoever is asked sees it on any page with the time that is left, declines or takes it, and who
// does not answer is passed over and set busy.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, findings, launch, open, say, signIn, visit } from './harness.mjs';

let server;
let browser;
let ming;
let emma;

before(async () => {
  server = await Server.start();
  browser = await launch();
  ming = await open(browser);
  await signIn(ming, server, 'zhouming@bluewhale.example');
  emma = await open(browser);
  await signIn(emma, server, 'emma@bluewhale.example');
  for (const page of [ming, emma]) await page.goto(`${server.url}/knowledge`);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A policy of nothing but offers, in force at once. */
async function publish(offer) {
  const admin = await open(browser);
  await signIn(admin, server, 'admin@bluewhale.example');
  const said = await admin.evaluate(async (policy) => {
    const send = async (method, path, body) => {
      const headers = { 'content-type': 'application/json', };
      const answer = await fetch(`/api/v1/routing/draft${path}`, { method, headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    };
    const { draft } = await (await fetch('/api/v1/routing')).json();
    const { revision } = await send('PUT', '', { policy, revision: draft?.revision ?? 0 });
    return send('POST', '/publish', { revision });
  }, { offer });
  assert.deepEqual(said.policy.offer, offer);
  await admin.context().close();
}

// One of the two works in English.
const OFFERED = /新会话请您接待|A new conversation for you/;
const FIELD = /^(消息输入框|Message)/;
const bar = (page) => page.getByRole('region', { name: /等您接受的会话|Conversations offered to you/ });

/** Which of the two is asked. */
async function asked() {
  const one = await Promise.race([ming, emma].map((page) => bar(page).getByText(OFFERED).waitFor().then(() => page)));
  return { one, other: one === ming ? emma : ming };
}

test('whoever is asked may decline, and the next one takes it', async () => {
  await publish({ seconds: 60, missed_max: 1 });
  const visitor = await visit(browser, server);
  await say(visitor, '转人工');
  const { one, other } = await asked();
  assert.deepEqual(await findings(one), []);
  await bar(one).getByRole('button', { name: /^(谢绝|Decline)$/ }).click();
  await bar(other).getByText(OFFERED).waitFor();
  await bar(one).getByText(OFFERED).waitFor({ state: 'hidden' });
  await other.keyboard.press('Alt+y');
  await other.getByText(/谢绝接待|declined/).first().waitFor();
  await other.getByRole('textbox', { name: FIELD }).fill('您好，我来接待');
  await other.keyboard.press('Enter');
  await visitor.getByRole('log').getByText('您好，我来接待').waitFor();
});

test('nobody answers: the time runs out, both are asked and both are busy then', async () => {
  await publish({ seconds: 5, missed_max: 1 });
  for (const page of [ming, emma]) await page.goto(server.url);
  const visitor = await visit(browser, server);
  await say(visitor, '转人工');
  for (const page of [ming, emma]) await page.getByRole('button', { name: /: (未应答|Did not answer)/ }).waitFor();
  for (const page of [ming, emma]) assert.deepEqual(page.trouble, []);
});
