// What the tests of the builder share: an author signed in, flows made for them, the parts of the page, and a keyboard that finds its way
// by the names of things, as a person does who uses no mouse.

import assert from 'node:assert/strict';
import { open, signIn } from './harness.mjs';

export const ADMIN = 'admin@bluewhale.example';
export const SUPERVISOR = 'helan@bluewhale.example';

export async function author(browser, server, options = {}, email = ADMIN) {
  const page = await open(browser, { ...options, permissions: ['clipboard-read', 'clipboard-write'] });
  await signIn(page, server, email);
  return page;
}

/** Calls the API as the person signed in on the page. */
export const call = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const response = await fetch(`/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      return response.status === 204 ? null : response.json();
    },
    [method, path, body],
  );

export const box = (page, name) => page.locator('.react-flow__node').filter({ hasText: name });
export const panel = (page) => page.getByRole('complementary', { name: '属性' });
export const dialog = (page) => page.getByRole('dialog');
export const saved = (page) => page.getByText('草稿已保存').waitFor();
export const tree = (page) => page.getByRole('tree', { name: '大纲' });

/** A draft that was never live: its id. */
export async function drawn(page, document) {
  return (await call(page, 'POST', '/flows', { name: document.name, document })).id;
}

/** A flow from the refund template, published once. */
export async function published(page, name) {
  const made = await call(page, 'POST', '/flows', { name, template: 'refund', language: 'zh-CN' });
  const live = await call(page, 'POST', `/flows/${made.id}/publish`, { note: '第一版', revision: 1 });
  assert.ok(live.live, JSON.stringify(live));
  return made.id;
}

/** The document as it is on the server once the page says that it is saved. */
export async function draftOf(page, id) {
  await saved(page);
  return (await call(page, 'GET', `/flows/${id}/draft`)).document;
}

export const edgesOf = (document) => document.edges.map((edge) => `${edge.from} ${edge.port ?? 'next'} ${edge.to}`).sort();

/** A person with a keyboard and no mouse. */
export class Keys {
  constructor(page) {
    this.page = page;
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** What the control with the focus is called. */
  name() {
    return this.page.evaluate(() => {
      const active = document.activeElement;
      return (active?.getAttribute('aria-label') || active?.labels?.[0]?.textContent || active?.textContent || '').trim();
    });
  }

  /** Goes on with Tab, or back with Shift+Tab, until the control with this name has the focus. */
  async tabTo(name, key = 'Tab', most = 70) {
    const seen = [];
    for (let tries = 0; tries < most; tries += 1) {
      await this.page.keyboard.press(key);
      const found = await this.name();
      if (found === name || found.startsWith(name)) return;
      seen.push(found.slice(0, 20));
    }
    assert.fail(`${key} never came to ${name}, but to ${[...new Set(seen)].join(' | ')}`);
  }

  back(name) {
    return this.tabTo(name, 'Shift+Tab');
  }

  /** Into the field with this name, in place of what stands there. */
  async fill(name, text) {
    await this.tabTo(name);
    await this.press('Control+a');
    await this.page.keyboard.type(text);
  }

  /** A choice from the list behind the control with this name. */
  async choose(name, option) {
    await this.tabTo(name);
    await this.press('Enter');
    const wanted = this.page.getByRole('option', { name: option }).first();
    await wanted.waitFor();
    // From the top: the list ends below the option that stands now.
    await this.optionAfter('');
    await this.press('Home');
    await this.page.waitForFunction(() => document.activeElement?.matches('[role="option"]:first-of-type'));
    for (let at = await this.optionAfter(''), tries = 0; !at.startsWith(option); tries += 1) {
      assert.ok(tries < 40, `${name} offers no ${option}`);
      await this.press('ArrowDown');
      at = await this.optionAfter(at);
    }
    await this.press('Enter');
    await wanted.waitFor({ state: 'hidden' });
  }

  /** What the option with the focus says, once it is another than this. */
  async optionAfter(before) {
    const found = await this.page.waitForFunction((before) => {
      const at = document.activeElement?.closest('[role="option"]')?.textContent ?? before;
      return at !== before && at;
    }, before);
    return found.jsonValue();
  }

  /** The outline, with a step of this name chosen. */
  async go(name) {
    await this.inOutline();
    await this.press('Home');
    const chosen = tree(this.page).getByRole('treeitem', { selected: true });
    for (let tries = 0; tries < 60; tries += 1) {
      if (await chosen.evaluate((line, name) => [...line.children].some((part) => part.textContent === name), name)) return;
      await this.press('ArrowDown');
    }
    assert.fail(`the outline has no ${name}`);
  }

  inOutline() {
    return this.page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'tree');
  }

  /** From the outline into the form of the chosen step. */
  async edit() {
    await this.press('Enter');
    await this.page.waitForFunction(() => document.activeElement?.closest('aside') && document.activeElement.matches('input, textarea'));
  }

  /** From the form back to the outline. */
  async leave() {
    await this.press('Escape');
    await this.inOutline();
  }

  /** In the dialog that asks which step: typed as it sounds, and taken. */
  async pick(typed, name) {
    await dialog(this.page).getByRole('combobox').waitFor();
    await this.page.keyboard.type(typed);
    await dialog(this.page).getByRole('option', { selected: true }).filter({ hasText: name }).waitFor();
    await this.press('Enter');
    await dialog(this.page).waitFor({ state: 'hidden' });
    await tree(this.page).getByRole('treeitem', { selected: true }).filter({ hasText: name }).waitFor();
  }
}

/** In the dialog of versions, with keys only: the first one goes live again. */
export async function rollBack(page, keys) {
  await keys.tabTo('版本 1');
  await keys.press('Enter');
  await keys.tabTo('回滚到版本 1');
  await keys.press('Enter');
  await dialog(page).waitFor();
  await keys.tabTo('回滚到版本 1');
  await keys.press('Enter');
  await page.getByText('版本 1 已重新上线').waitFor();
}
