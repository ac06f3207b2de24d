// Every figure of the reports page equals a recount from raw messages: what the server tells, for every way to group it, and what a
// supervisor reads in the tiles, the table, the reasons of transfers and the heat map.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { PASSWORD, Server, launch, open } from './harness.mjs';
import { count, grouped, heat, stretches } from './recount.mjs';

const WAYS = ['day', 'week', 'month', 'hour', 'agent', 'team', 'inbox', 'channel', 'intent', 'language', 'handoff', 'wrap_up'];
/** Reviews are kept beside messages. */
const REVIEWED = ['reviewed', 'quality_mean_x100', 'fatal'];

let server;
let browser;
let boss;
let inbox;

/** As the person who is signed in there. */
function ask(page, method, path, body) {
  return page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === '' ? null : JSON.parse(text);
    },
    [method, path, body],
  );
}

/** Signed in without the console, so that nobody is there for the router to give work to. */
async function person(email) {
  const page = await open(browser);
  await page.goto(`${server.url}/`);
  await ask(page, 'POST', '/auth/sign-in', { email, password: PASSWORD });
  return page;
}

async function post(path, body, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${server.url}/api/v1/widget/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

class Customer {
  static async come() {
    const customer = new Customer();
    customer.token = (await post('boot', { key: inbox.key })).visitor_token;
    return customer;
  }

  /** The conversation it came into. */
  async says(text) {
    const sent = await post('messages', { client_msg_id: crypto.randomUUID(), text }, this.token);
    return sent.conversation.id;
  }

  rates(score) {
    return post('csat', { score }, this.token);
  }
}

const act = (who, id, action, body) => ask(who, 'POST', `/conversations/${id}/${action}`, body);
const answer = (who, id, text) => act(who, id, 'messages', { client_msg_id: crypto.randomUUID(), text });

async function writesUp(who, id, category) {
  const { items } = await ask(who, 'GET', '/me/wrap-ups');
  const asked = items.find((one) => one.conversation_id === id);
  await ask(who, 'PUT', `/conversations/${id}/wrap-ups/${asked.began_at}`, { category, note: '' });
}

async function aDay(colleague) {
  const { items: users } = await ask(boss, 'GET', '/users?limit=100');
  const { items: teams } = await ask(boss, 'GET', '/teams?limit=100');
  const taker = users.find((user) => user.name === '林夏');

  // The bot alone; the customer is back at once and gives up in the queue.
  const returning = await Customer.come();
  const told = await returning.says('怎么申请退货？');
  await act(boss, told, 'resolve');
  const again = await returning.says('转人工');
  await act(boss, again, 'resolve');

  // Taken, answered, rated, written up.
  const pleased = await Customer.come();
  const served = await pleased.says('转人工');
  await act(boss, served, 'claim');
  await answer(boss, served, '您好，我来处理。');
  await act(boss, served, 'resolve');
  await pleased.rates(5);
  await writesUp(boss, served, 'late');

  // Passed to a colleague and on to a team, each time with a reason.
  const passed = await Customer.come();
  await passed.says('怎么申请退货？');
  const way = await passed.says('转人工');
  await act(boss, way, 'claim');
  await answer(boss, way, '请稍等。');
  await act(boss, way, 'transfer', { to_agent_id: taker.id, note: '请跟进', reason: 'expert' });
  await act(colleague, way, 'transfer/accept');
  await answer(colleague, way, '我来看看。');
  await act(colleague, way, 'transfer', { to_team_id: teams.find((team) => team.id !== inbox.team_id).id, reason: 'wrong_team' });
  await act(boss, way, 'claim');
  await act(boss, way, 'resolve');
  await passed.rates(2);
  await writesUp(boss, way, 'other');

  // Still with the bot.
  await (await Customer.come()).says('怎么申请退货？');
}

before(async () => {
  server = await Server.start();
  browser = await launch();
  const admin = await person('admin@bluewhale.example');
  boss = await person('helan@bluewhale.example');
  const { items: teams } = await ask(admin, 'GET', '/teams?limit=100');
  inbox = await ask(admin, 'POST', '/inboxes', { name: '对账渠道', channel: 'web', team_id: teams[0].id });
  const form = await ask(boss, 'GET', '/wrap-up-form');
  const categories = [
    { key: 'late', zh: '退款未到账', en: 'Refund not received', children: [] },
    { key: 'other', zh: '其他', en: 'Other', children: [] },
  ];
  await ask(boss, 'PUT', '/wrap-up-form', { categories, inboxes: { [inbox.id]: { required: false, seconds: 600 } }, version: form.version });
  const reasons = await ask(boss, 'GET', '/transfer-reasons');
  const items = [
    { key: 'expert', zh: '需要专业同事', en: 'Needs an expert' },
    { key: 'wrong_team', zh: '分错团队', en: 'Wrong team' },
  ];
  await ask(boss, 'PUT', '/transfer-reasons', { items, version: reasons.version });
  await aDay(await person('linxia@bluewhale.example'));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** All stretches of the inbox, told from raw messages. */
async function everything() {
  const { items, next_cursor } = await ask(boss, 'GET', `/conversations?inbox_id=${inbox.id}&limit=100`);
  assert.equal(next_cursor, null);
  const all = [];
  for (const conversation of items) {
    const of = `/conversations/${conversation.id}`;
    const messages = await ask(boss, 'GET', `${of}/messages?limit=200&after_seq=0`);
    const written = await ask(boss, 'GET', `${of}/wrap-ups`);
    all.push(...stretches(conversation, messages.items, written.items));
  }
  return all;
}

async function names() {
  const { items: users } = await ask(boss, 'GET', '/users?limit=100');
  const { items: inboxes } = await ask(boss, 'GET', '/inboxes?limit=200');
  return {
    people: new Map(users.map((user) => [user.name, user.id])),
    channels: new Map(inboxes.map((one) => [one.id, one.channel])),
  };
}

/** What is read until it is what it should be; what is still different after twenty seconds is told as such. */
async function becomes(read) {
  const until = Date.now() + 20_000;
  for (;;) {
    const [shown, wanted] = await read();
    if (isDeepStrictEqual(shown, wanted) || Date.now() > until) return assert.deepEqual(shown, wanted);
    await boss.evaluate(() => new Promise(requestAnimationFrame));
  }
}

const withoutReviews = (figures) => Object.fromEntries(Object.entries(figures).filter(([name]) => !REVIEWED.includes(name)));

test('every figure that is told, in all and in every group, equals a recount from raw messages', async () => {
  const known = await names();
  for (const by of WAYS) {
    await becomes(async () => {
      const all = await everything();
      const report = await ask(boss, 'GET', `/reports?by=${by}&inbox=${inbox.id}`);
      const told = {
        total: withoutReviews(report.total),
        groups: report.groups.map(({ key, figures }) => [key, withoutReviews(figures)]),
        heat: report.heat,
      };
      const now = Date.now();
      const counted = {
        total: count(all, all, now),
        groups: grouped(all, by, known).map(([key, of]) => [key, count(of, all, now)]),
        heat: heat(all),
      };
      return [told, counted];
    });
  }
  const all = await everything();
  // What the day was meant to hold: nothing above was equal for being empty.
  const total = count(all, all, Date.now());
  assert.deepEqual([total.conversations, total.resolved, total.transfers], [5, 4, 2]);
  assert.deepEqual([total.bot_only, total.bot_only_lasting, total.first_contact], [{ part: 1, of: 4 }, { part: 0, of: 1 }, { part: 0, of: 1 }]);
  assert.deepEqual([total.abandoned, total.satisfied, total.csat_mean_x100], [{ part: 1, of: 3 }, { part: 1, of: 2 }, 350]);
  assert.deepEqual([total.first_response.count, total.handle.count, total.after_work.count], [2, 2, 2]);
});

test('the table for a spreadsheet has a byte order mark and a row for each group and for all', async () => {
  const all = await everything();
  const csv = await boss.evaluate(async (id) => {
    const answer = await fetch(`/api/v1/reports/table.csv?by=agent&inbox=${id}`);
    return [...new Uint8Array(await answer.arrayBuffer())];
  }, inbox.id);
  assert.deepEqual(csv.slice(0, 3), [0xef, 0xbb, 0xbf]);
  const rows = Buffer.from(csv.slice(3)).toString('utf8').trimEnd().split('\r\n');
  const groups = grouped(all, 'agent', await names());
  assert.equal(rows.length, groups.length + 2);
  assert.deepEqual(rows.slice(1).map((row) => Number(row.split(',')[1])), [...groups.map(([, of]) => of.length), all.length]);
});

const number = (value) => new Intl.NumberFormat('zh-CN').format(value);
const percent = ({ part, of }) => (of === 0 ? '–' : new Intl.NumberFormat('zh-CN', { style: 'percent', maximumFractionDigits: 1 }).format(part / of));
const hundredths = (x100) => (x100 === null ? '–' : (x100 / 100).toFixed(2));

function length(ms) {
  if (ms === null) return '–';
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} 秒` : `${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒`;
}

/** What the tiles say of these figures. */
function tiles(f) {
  return [
    ['会话', number(f.conversations)],
    ['机器人独立解决', percent(f.bot_only)],
    ['机器人有效解决', percent(f.bot_only_lasting)],
    ['首次解决率', percent(f.first_contact)],
    ['人工首次响应', length(f.first_response.median_ms), `从进入排队到坐席第一次回复，中位数；九成在 ${length(f.first_response.p90_ms)} 内`],
    ['服务水平', percent(f.service_level)],
    ['排队放弃', percent(f.abandoned)],
    ['平均处理时长', length(f.handle.mean_ms)],
    ['处理时长（含话后）', length(f.handle_all.mean_ms)],
    ['话后整理', length(f.after_work.mean_ms), `从要求填写小结到可接新会话，平均（ACW）；${number(f.after_work.count)} 次`],
    ['解决时长', length(f.resolution.median_ms)],
    ['转接', number(f.transfers)],
    ['满意度', hundredths(f.csat_mean_x100), `${number(f.satisfied.of)} 次评价，满意（4、5 分）${percent(f.satisfied)}`],
    ['质检得分', '–'],
  ];
}

/** What a row of the table says after its name. */
const row = (f) => [
  number(f.conversations),
  percent(f.bot_only),
  length(f.first_response.median_ms),
  percent(f.service_level),
  length(f.handle.mean_ms),
  length(f.after_work.mean_ms),
  length(f.handle_all.mean_ms),
  percent(f.first_contact),
  hundredths(f.csat_mean_x100),
  '–',
];

async function choose(label, option) {
  await boss.getByRole('combobox', { name: label, exact: true }).click();
  await boss.getByRole('option', { name: option, exact: true }).click();
}

const cells = (label) =>
  boss.evaluate(
    (label) => [...document.querySelectorAll(`[role="region"][aria-label="${label}"] tbody tr`)].map((tr) => [...tr.querySelectorAll('td')].map((td) => td.textContent)),
    label,
  );

test('what a supervisor reads on the page equals the recount', async () => {
  const known = await names();
  const all = await everything();
  const total = count(all, all, Date.now());
  await boss.goto(`${server.url}/reports`);
  await boss.getByRole('heading', { name: '报表', exact: true }).waitFor();
  await choose('接入渠道', '对账渠道');
  const wanted = tiles(total);
  await becomes(async () => {
    const shown = await boss.evaluate(() => [...document.querySelectorAll('section[aria-label="报表"] > div')].map((tile) => [...tile.children].map((part) => part.textContent)));
    // A hint is compared where it has figures of its own.
    return [shown.map((tile, at) => tile.slice(0, wanted[at]?.length)), wanted];
  });
  for (const [label, by] of [['坐席', 'agent'], ['团队', 'team'], ['渠道类型', 'channel'], ['意图', 'intent'], ['转人工原因', 'handoff'], ['会话小结', 'wrap_up'], ['时刻', 'hour'], ['日期', 'day']]) {
    await choose('按', label);
    const rows = grouped(all, by, known).map(([, of]) => row(count(of, all, Date.now())));
    await becomes(async () => [(await cells('明细')).map(([, ...figures]) => figures), rows]);
  }
  const passed = [['需要专业同事', '1', '50%'], ['分错团队', '1', '50%']];
  await becomes(async () => [await cells('转接原因'), passed]);
  const week = heat(all).map((day) => day.map(number));
  await becomes(async () => [await cells('何时最忙'), week]);
  assert.deepEqual(boss.trouble, []);
});
