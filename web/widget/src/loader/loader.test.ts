import { beforeAll, describe, expect, it, vi } from 'vitest';

const ORIGIN = 'https://chat.example';
type Api = ((name: string, ...args: unknown[]) => unknown) & { q?: unknown[] };
const page = window as unknown as { qingniao: Api };

let shadow: ShadowRoot;
const posted: Array<{ message: Record<string, unknown>; target: string }> = [];
const heard: unknown[] = [];

const frame = () => shadow.querySelector('iframe');
const button = () => shadow.querySelector('button')!;
const kept = () => JSON.parse(localStorage.getItem('qn.key1') || '{}');

/** What the framed app says, as the browser would deliver it. */
function say(data: object, origin = ORIGIN, source: unknown = frame()!.contentWindow) {
  window.dispatchEvent(new MessageEvent('message', { data, origin, source: source as Window }));
}

beforeAll(async () => {
  window.matchMedia = vi.fn(() => ({ matches: false })) as never;
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    expect(init.mode).toBe('closed');
    return (shadow = attach.call(this, init));
  };
  const script = document.createElement('script');
  script.src = ORIGIN + '/widget/loader.js';
  script.dataset.key = 'key1';
  script.type = 'text/plain';
  document.head.append(script);
  page.qingniao = function (...args: unknown[]) {
    (page.qingniao.q = page.qingniao.q || []).push(args);
  } as Api;
  page.qingniao('on', 'unread', (count: unknown) => heard.push(count));
  page.qingniao('identify', 'jwt', { plan: 'gold' });
  await import('./loader');
  await new Promise((resolve) => setTimeout(resolve, 50));
});

describe('the loader', () => {
  it('draws a closed launcher and no frame before it is asked', () => {
    expect(frame()).toBeNull();
    expect(button().getAttribute('aria-expanded')).toBe('false');
    expect(document.body.children).toHaveLength(0);
  });
  it('opens a sandboxed frame of its own origin', () => {
    page.qingniao('open');
    expect(frame()!.src).toBe(ORIGIN + '/widget/frame?key=key1');
    expect(frame()!.getAttribute('sandbox')).toContain('allow-scripts allow-same-origin');
    expect(frame()!.getAttribute('sandbox')).not.toContain('top-navigation');
    expect(button().getAttribute('aria-expanded')).toBe('true');
    // jsdom loads no frame inside a shadow root; a window of a frame beside it stands in for the app's.
    const inside = document.body.appendChild(document.createElement('iframe')).contentWindow!;
    Object.defineProperty(frame()!, 'contentWindow', { value: inside });
    inside.postMessage = ((message: Record<string, unknown>, target: string) => posted.push({ message, target })) as never;
  });
  it('tells the frame who is there, and only the frame', () => {
    say({ type: 'hello', qn: 1 });
    expect(posted[0]!.message).toMatchObject({ type: 'init', userToken: 'jwt', traits: { plan: 'gold' }, qn: 1 });
    expect(posted.every((one) => one.target === ORIGIN)).toBe(true);
    expect(posted.some((one) => one.message.type === 'view' && one.message.open === true)).toBe(true);
  });
  it('believes nobody else', () => {
    const before = posted.length;
    say({ type: 'hello', qn: 1 }, 'https://evil.example');
    say({ type: 'keep', kept: { t: 'stolen' }, qn: 1 }, ORIGIN, window);
    say({ type: 'keep', kept: { t: 'stolen' } });
    window.dispatchEvent(new MessageEvent('message', { data: null, origin: ORIGIN, source: frame()!.contentWindow }));
    expect(posted).toHaveLength(before);
    expect(kept().t).toBeUndefined();
  });
  it('keeps the token, counts unread, and forgets all at logout', () => {
    say({ type: 'keep', kept: { t: 'qnv_1', c: 1, u: 3, k: '#ffeb3b' }, qn: 1 });
    say({ type: 'emit', name: 'unread', detail: 3, qn: 1 });
    page.qingniao('close');
    expect(kept()).toMatchObject({ t: 'qnv_1', u: 3 });
    expect(page.qingniao('getUnreadCount')).toBe(3);
    expect(heard).toEqual([3]);
    expect(button().getAttribute('aria-label')).toContain('3');
    expect(shadow.querySelector('div')!.style.getPropertyValue('--f')).toBe('#000000');
    page.qingniao('logout');
    expect(kept().t).toBeUndefined();
    expect(page.qingniao('getUnreadCount')).toBe(0);
    expect(posted[posted.length - 1]!.message).toMatchObject({ type: 'logout', token: 'qnv_1' });
  });
  it('ignores calls that do not exist, and leaves no trace after shutdown', () => {
    expect(() => page.qingniao('nonsense', 1)).not.toThrow();
    page.qingniao('shutdown');
    expect(document.documentElement.children).toHaveLength(2);
  });
});
