// The script a site pastes: draws the launcher, keeps the visitor's token, opens the framed app on demand and offers
// the JS API. Knows nothing of messages or of the server's API. Must stay under 3 KB compressed, hence its terseness.

import { DEFAULT_COLOR, readableOn } from '../lib/contrast';
import type { Identity, Kept, Marked, Page, ToFrame, ToHost } from '../lib/protocol';
import { DOWN, dress, icon, SPEECH } from './look';

interface Options extends Identity {
  key?: string;
  language?: string;
  /** false: no button of ours; the site opens the chat by its own. */
  launcher?: boolean;
  /** As in the inbox's settings, for the first visit; what the app tells later is newer. */
  color?: string;
  position?: string;
}
type Listener = (detail?: unknown) => void;
type Args = [name: string, ...rest: never[]];
type Stub = { (...args: Args): unknown; q?: ArrayLike<unknown>[]; on?: unknown };

const page = window as unknown as { qingniao?: Stub };
const script = (document.currentScript || document.querySelector('script[src*="/widget/loader.js"]')) as HTMLScriptElement;

function start(early: Stub | undefined, data: DOMStringMap, origin: string) {
  const root = document.documentElement;
  const view = window.visualViewport;
  const small = matchMedia('(max-width:640px),(max-height:480px)');
  const listeners: Record<string, Listener[]> = {};
  let options: Options = { ...data };
  let kept: Kept = {};
  let bound = false;
  let host: HTMLElement | null = null;
  let box: HTMLElement;
  let button: HTMLElement;
  let drawing: SVGElement;
  let badge: HTMLElement;
  let said: HTMLElement;
  let frame: HTMLIFrameElement | null = null;
  let waiting: ToFrame[] | null = [];
  let opened = false;
  let seen = '';
  /** The host's overflow before the sheet locked it; null = not locked, no history entry of ours. */
  let overflow: string | null = null;

  const say = (zh: string, en: string) => (/^zh/i.test(options.language || navigator.language) ? zh : en);
  const title = () => say('在线客服', 'Support chat');
  const emit = (name: string, detail?: unknown) => (listeners[name] || []).forEach((listener) => listener(detail));
  /** The site's style sheet has the last word on the colour. */
  const own = () => getComputedStyle(root).getPropertyValue('--qn-color');
  const here = (): Page => ({ url: location.href, title: document.title });

  function make<T extends HTMLElement>(tag: string, parent: Node): T {
    return parent.appendChild(document.createElement(tag)) as T;
  }

  function keep(change: Kept) {
    kept = { ...kept, ...change };
    try {
      localStorage.setItem('qn.' + options.key, JSON.stringify(kept));
    } catch {
      // No storage: the visitor is remembered for this page view.
    }
    draw();
  }

  /** Without a frame nobody listens; it is told everything when it comes. */
  function post(message: ToFrame) {
    if (!frame) return;
    if (waiting) waiting.push(message);
    else frame.contentWindow!.postMessage({ ...message, qn: 1 }, origin);
  }

  /** Everything that can be seen follows from the state; also sizes the sheet to what a phone's keyboard leaves. */
  function draw() {
    if (!host) return;
    const sheet = small.matches;
    const count = opened ? 0 : kept.u || 0;
    const color = own() || kept.k || options.color || DEFAULT_COLOR;
    const news = count ? say(count + ' 条未读消息', count + ' unread') : '';
    box.style.setProperty('--c', color);
    box.style.setProperty('--f', readableOn(color));
    box.className = ((kept.p || options.position) === 'left' ? 'l' : '') + (opened ? ' o' : '') + (sheet ? ' s' : '') + (options.launcher === false ? ' h' : '');
    button.setAttribute('aria-expanded', '' + opened);
    button.setAttribute('aria-label', title() + (news && ', ' + news));
    drawing.firstElementChild!.setAttribute('d', opened ? DOWN : SPEECH);
    badge.hidden = !count;
    badge.textContent = count > 99 ? '99+' : '' + count;
    if (said.textContent !== news) said.textContent = news;
    if (frame) {
      const style = frame.style;
      const fit = opened && sheet && view;
      style.height = fit ? view.height + 'px' : '';
      style.top = fit ? view.offsetTop + 'px' : '';
    }
  }

  /** The host's URL changes without loads in single-page sites; a look once a second needs no patching of theirs. */
  function look() {
    if (!host) return;
    if (!host.isConnected) root.appendChild(host);
    const now = here();
    if (now.url + now.title !== seen) post({ type: 'page', page: now });
    seen = now.url + now.title;
  }

  function load() {
    if (frame) return;
    frame = document.createElement('iframe');
    frame.title = title();
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads');
    frame.src = origin + '/widget/frame?key=' + encodeURIComponent(options.key!);
    box.appendChild(frame);
  }

  function resized() {
    draw();
    post({ type: 'view', open: opened, sheet: small.matches });
  }

  function set(open: boolean) {
    if (!host || open === opened) return;
    opened = open;
    load();
    if (open) {
      if (small.matches) {
        overflow = root.style.overflow;
        root.style.overflow = 'hidden';
        history.pushState({ ...history.state, qn: 1 }, '');
      }
      resized();
      frame!.focus();
    } else {
      if (overflow !== null) {
        root.style.overflow = overflow;
        overflow = null;
        if ((history.state || {}).qn) history.back();
      }
      resized();
      button.focus();
    }
    emit(open ? 'opened' : 'closed');
  }

  function hear(event: MessageEvent) {
    const message = event.data as Marked<ToHost>;
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin || !message || message.qn !== 1) return;
    if (message.type === 'hello') {
      const queued = waiting || [];
      waiting = null;
      const { userToken, traits, language } = options;
      post({ type: 'init', kept, language, page: here(), color: own(), userToken, traits });
      queued.forEach(post);
      resized();
    } else if (message.type === 'keep') keep(message.kept);
    else if (message.type === 'close') set(false);
    else if (message.type === 'emit') emit(message.name, message.detail);
  }

  const api: Record<string, (...args: never[]) => unknown> = {
    boot(given?: Options) {
      options = { ...options, ...given };
      if (host || !options.key) return;
      try {
        kept = JSON.parse(localStorage.getItem('qn.' + options.key)!) || {};
      } catch {
        kept = {};
      }
      host = document.createElement('div');
      const shadow = host.attachShadow({ mode: 'closed' });
      dress(shadow);
      box = make('div', shadow);
      said = make('i', box);
      said.setAttribute('role', 'status');
      button = make('button', box);
      drawing = button.appendChild(icon());
      badge = make('b', button);
      button.onclick = () => set(!opened);
      button.onpointerenter = load;
      // Not the expression itself: a handler that returns false cancels the key.
      button.onkeydown = (event) => void (event.key === 'Escape' && set(false));
      if (!bound) {
        bound = true;
        addEventListener('message', hear);
        addEventListener('popstate', () => overflow !== null && set(false));
        addEventListener('resize', resized);
        if (view) view.onresize = view.onscroll = draw;
        setInterval(look, 1000);
      }
      look();
      draw();
      if (kept.c) load();
      emit('ready');
    },
    open: () => set(true),
    close: () => set(false),
    toggle: () => set(!opened),
    identify(userToken: string, traits?: Options['traits']) {
      options = { ...options, userToken, traits };
      post({ type: 'identify', userToken, traits });
    },
    logout() {
      const token = kept.t;
      options.userToken = options.traits = null;
      if (!host) return;
      if (token) load();
      post({ type: 'logout', token });
      keep({ t: undefined, c: 0, u: 0 });
    },
    setAttributes(attributes: Record<string, unknown>) {
      options.traits = { ...options.traits, ...attributes };
      post({ type: 'attributes', attributes });
    },
    on(name: string, listener: Listener) {
      listeners[name] = (listeners[name] || []).concat(listener);
      if (name === 'ready' && host) listener();
      return () => (listeners[name] = listeners[name]!.filter((one) => one !== listener));
    },
    getUnreadCount: () => kept.u || 0,
    shutdown() {
      if (!host) return;
      set(false);
      host.remove();
      host = frame = null;
      waiting = [];
    },
  };

  const call = (...args: Args) => (api[args[0]] || Object)(...(args.slice(1) as never[]));
  page.qingniao = Object.assign(call, api);
  const calls = Array.from((early && early.q) || []).map((args) => Array.from(args) as Args);
  // What was said of the visitor before we came goes along with the start; the rest follows it.
  const isBefore = (args: Args) => /^(on|identify|setA)/.test(args[0]);
  const go = () => {
    calls.filter(isBefore).forEach((args) => call(...args));
    if (data.key) call('boot');
    calls.filter((args) => !isBefore(args)).forEach((args) => call(...args));
  };
  if (document.readyState === 'complete') go();
  else addEventListener('load', go);
}

if (!page.qingniao || !page.qingniao.on) start(page.qingniao, script.dataset, new URL(script.src).origin);
