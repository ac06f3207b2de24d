// The real server and real Chromium. Every test file starts its own server on a fresh folder and collects what must never appear:
// policy violations and page errors.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const BINARY = process.env.QN_BINARY ?? join(import.meta.dirname, '../../target/debug/qingniao');
const CHROMIUM = process.env.QN_CHROMIUM ?? '/usr/bin/chromium';
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const INBOX = 'bluewhale-web';
export const PASSWORD = 'blue-whale-demo';

export class Server {
  constructor(dir, port, env) {
    this.dir = dir;
    this.port = port;
    this.env = env;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** `env` adds settings, such as QN__LLM__MODEL. */
  static async start(env = {}) {
    const server = new Server(await mkdtemp(join(tmpdir(), 'qingniao-e2e-')), await freePort(), env);
    await server.up();
    return server;
  }

  async up() {
    const args = ['serve', '--demo', '--listen', `127.0.0.1:${this.port}`, '--data-dir', this.dir];
    this.child = spawn(BINARY, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, QN__LOG__FILTER: 'error', ...this.env } });
    for (let tries = 0; tries < 600; tries += 1) {
      if (this.child.exitCode !== null) throw new Error(`the server ended with ${this.child.exitCode}`);
      const ready = await fetch(`${this.url}/readyz`).then((r) => r.ok, () => false);
      if (ready) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error('the server was not ready within a minute');
  }

  async down(signal = 'SIGTERM') {
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }

  async stop() {
    await this.down('SIGKILL');
    await rm(this.dir, { recursive: true, force: true });
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

export function launch() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A page in a context of its own; `page.trouble` collects policy violations and uncaught errors. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.trouble = [];
  page.on('pageerror', (error) => page.trouble.push(`error: ${error.message}`));
  page.on('console', (line) => {
    if (/content security policy|violates the following/i.test(line.text())) page.trouble.push(`policy: ${line.text()}`);
  });
  return page;
}

/** The visitor's chat as a whole page. */
export async function visit(browser, server, options) {
  const page = await open(browser, options);
  await page.goto(`${server.url}/chat/${INBOX}`);
  await page.getByRole('textbox', { name: /消息内容|Message/ }).waitFor();
  return page;
}

export async function say(page, text) {
  const box = page.getByRole('textbox', { name: /消息内容|Message/ });
  await box.fill(text);
  await box.press('Enter');
}

export async function signIn(page, server, email) {
  await page.goto(`${server.url}/`);
  await page.getByLabel(/邮箱|E-?mail/i).fill(email);
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').first().waitFor();
}

/** A visitor who asked how to return something and for a person, and the agent who got them, with the thread open. */
export async function meet(browser, server) {
  const visitor = await visit(browser, server);
  await say(visitor, '怎么申请退货？');
  await say(visitor, '转人工');
  const agent = await open(browser);
  await signIn(agent, server, 'zhouming@bluewhale.example');
  await agent.getByText(/^访客/).first().click();
  await agent.getByRole('log').waitFor();
  // What the visitor sees changes once more when the agent is given the conversation.
  await visitor.getByRole('log').getByText(/周明.*接入/).waitFor();
  return { visitor, agent };
}

/**
 * What fades in or out has no contrast to judge: it is waited for, and where something began to while the page was read, the page is read
 * again. A spinner never ends and is not waited for.
 */
async function read(timesMax) {
  for (let times = 1; ; times += 1) {
    const ending = document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    await Promise.all(ending.map((one) => one.finished.catch(() => undefined)));
    let moved = false;
    const note = () => (moved = true);
    const kinds = ['animationstart', 'transitionrun'];
    kinds.forEach((kind) => document.addEventListener(kind, note));
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    kinds.forEach((kind) => document.removeEventListener(kind, note));
    if (!moved || times === timesMax) return JSON.stringify(violations);
  }
}

/** Serious and critical findings, one line each. axe is put in by the debugger, so the page's policy stays as it is. */
export async function findings(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: AXE });
  const { result } = await session.send('Runtime.evaluate', { expression: `(${read})(5)`, awaitPromise: true, returnByValue: true });
  await session.detach();
  const serious = JSON.parse(result.value).filter((v) => v.impact === 'serious' || v.impact === 'critical');
  return serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')}`);
}
