// Where the app lives: in a frame of a site (talking to its loader) or as a page of its own (/chat/{key}).
// Both look the same to the rest of the app.

import type { Kept, Marked, ToFrame, ToHost } from '../lib/protocol';

export interface Host {
  /** Framed in a site; there is something to close. */
  framed: boolean;
  keep(kept: Kept): void;
  emit(name: 'unread' | 'message' | 'error', detail: unknown): void;
  close(): void;
}

/** The inbox key: `/chat/{key}` or `/widget/frame?key=…`. */
export function inboxKey(): string {
  const path = /^\/chat\/([^/]+)/.exec(location.pathname);
  return path ? decodeURIComponent(path[1]!) : new URLSearchParams(location.search).get('key') || '';
}

export function connectHost(key: string, hear: (message: ToFrame) => void): Host {
  return window.parent === window ? ownPage(key, hear) : framedIn(hear);
}

function framedIn(hear: (message: ToFrame) => void): Host {
  const parent = window.parent;
  let origin = '';
  const tell = (message: ToHost) => {
    // App WebViews have the origin "null", which cannot be named as a target; the window is still checked.
    if (origin) parent.postMessage({ ...message, qn: 1 }, origin === 'null' ? '*' : origin);
  };
  window.addEventListener('message', (event: MessageEvent<Marked<ToFrame>>) => {
    if (event.source !== parent || !event.data || event.data.qn !== 1) return;
    if (!origin && event.data.type === 'init') origin = event.origin;
    if (event.origin === origin) hear(event.data);
  });
  // Says only that we are here; whoever may frame us is settled by frame-ancestors.
  parent.postMessage({ type: 'hello', qn: 1 }, '*');
  return {
    framed: true,
    keep: (kept) => tell({ type: 'keep', kept }),
    emit: (name, detail) => tell({ type: 'emit', name, detail }),
    close: () => tell({ type: 'close' }),
  };
}

function ownPage(key: string, hear: (message: ToFrame) => void): Host {
  const name = 'qn.' + key;
  let kept: Kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(name) || '{}') || {};
  } catch {
    // No storage: a visitor without a past.
  }
  const page = { url: location.href, title: document.title };
  setTimeout(() => {
    hear({ type: 'init', kept, language: new URLSearchParams(location.search).get('lang') || undefined, page });
    hear({ type: 'view', open: true, sheet: false });
  }, 0);
  return {
    framed: false,
    keep(change) {
      kept = { ...kept, ...change };
      try {
        localStorage.setItem(name, JSON.stringify(kept));
      } catch {
        // As above.
      }
    },
    emit(event, detail) {
      if (event === 'unread') document.title = (detail ? `(${detail}) ` : '') + document.title.replace(/^\(\d+\) /, '');
    },
    close() {},
  };
}
