import { expect, test } from 'vitest';
import type { InboxView } from '@qingniao/shared/api';
import { isSite, problemsOf, problemTab, toBody, toDraft } from './draft';

const inbox: InboxView = {
  id: 'inb_1',
  name: '官网',
  channel: 'web',
  key: 'k',
  team_id: null,
  bot_enabled: true,
  language: 'zh-CN',
  hours: { always_open: true, days: [] },
  widget: {
    title_zh: '客服', title_en: 'Support', greeting_zh: '', greeting_en: '', suggestions_zh: ['a', 'b'], suggestions_en: [], color: '#1f6feb',
    position: 'right', allowed_domains: [], allow_webview: false, require_identity: false, ai_mark_zh: 'AI 生成', ai_mark_en: 'AI', csat: true, csat_by_message: false, device_links: false,
  },
  channel_settings: {},
  secrets_set: [],
  webhook_url: null,
  reopen_window_ms: 86_400_000,
  version: 3,
  created_at: 0,
};

test('lists survive the way through the form', () => {
  const draft = toDraft(inbox);
  expect(draft.suggestions_zh).toBe('a\nb');
  expect(draft.reopen_hours).toBe('24');
  expect(toBody({ ...draft, suggestions_zh: ' a \n\n c' }, inbox)).toMatchObject({ reopen_window_ms: 86_400_000, widget: { suggestions_zh: ['a', 'c'] } });
});

test('an API inbox sends its callback and keeps its other settings', () => {
  const api: InboxView = { ...inbox, channel: 'api', channel_settings: { callback_url: 'https://a.example', timeout_ms: 9000 } };
  const body = toBody({ ...toDraft(api), callback_url: '' }, api);
  expect(body).toMatchObject({ channel_settings: { timeout_ms: 9000 } });
  expect(body).toHaveProperty('widget', { csat_by_message: false, device_links: false });
  expect(body).not.toHaveProperty('channel_settings.callback_url');
});

test('a platform sends what is filled in, and secrets only when typed', () => {
  const wechat: InboxView = { ...inbox, channel: 'wechat_official', channel_settings: { app_id: 'wx1' }, secrets_set: ['app_secret'] };
  const draft = toDraft(wechat);
  expect(toBody({ ...draft, platform: { ...draft.platform, app_secret: '', token: ' t ' } }, wechat)).toMatchObject({
    channel_settings: { app_id: 'wx1', token: 't' },
  });
  expect(toBody(draft, wechat)).toMatchObject({ widget: { device_links: false } });
  expect(toBody(draft, wechat)).not.toHaveProperty('widget.color');
});

test('names the tab of the first problem', () => {
  const draft = toDraft(inbox);
  expect(problemTab(problemsOf(draft))).toBeNull();
  expect(problemTab(problemsOf({ ...draft, reopen_hours: '' }))).toBe('general');
  expect(problemTab(problemsOf({ ...draft, widget: { ...draft.widget, ai_mark_en: ' ' } }))).toBe('look');
  expect(problemsOf({ ...draft, allowed_domains: 'https://ok.example\nbad site' }).domain).toBe('bad site');
});

test('sites are origins, with a wildcard at most', () => {
  expect(isSite('https://shop.example:8443')).toBe(true);
  expect(isSite('https://*.shop.example')).toBe(true);
  expect(isSite('https://shop.example/path')).toBe(false);
  expect(isSite("https://a.example; script-src 'unsafe-inline'")).toBe(false);
});
