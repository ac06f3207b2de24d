// What the host page's loader and the framed app say to each other by postMessage. Each side checks the other's
// window and origin before it reads a word; nothing secret is said before both are known.

export interface Page {
  url: string;
  title: string;
}

export interface Identity {
  /** Token signed by the site's server; none = anonymous. */
  userToken?: string | null;
  traits?: Record<string, unknown> | null;
}

export type ToFrame =
  | ({ type: 'init'; kept: Kept; language?: string; page: Page; color?: string } & Identity)
  /** `sheet`: full screen, on a small screen. */
  | { type: 'view'; open: boolean; sheet: boolean }
  | { type: 'page'; page: Page }
  | ({ type: 'identify' } & Identity)
  | { type: 'attributes'; attributes: Record<string, unknown> }
  | { type: 'logout'; token?: string };

export type ToHost =
  | { type: 'hello' }
  /** To be merged into what the page keeps; an undefined member is forgotten. */
  | { type: 'keep'; kept: Kept }
  | { type: 'close' }
  /** An event for the site's listeners. */
  | { type: 'emit'; name: 'unread' | 'message' | 'error'; detail: unknown };

/** Marks our messages among all others a page sends. */
export type Marked<T> = T & { qn: 1 };

/** What the page keeps between visits, under `qn.<inbox key>`. */
export interface Kept {
  /** visitor token */
  t?: string;
  /** 1 when there is a conversation: the app starts with the page, to count unread messages */
  c?: number;
  /** unread */
  u?: number;
  /** colour and side of the launcher, as last told by the app */
  k?: string;
  p?: string;
}
