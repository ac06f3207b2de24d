// The cached messages of one conversation: one run of `seq` that ends at the newest. Pure updates, from pages,
// from the stream and from answers to sends, in whatever order these arrive.
import type { MessagePage, MessageView } from '@qingniao/shared/api';

export interface Thread {
  /** Ascending by `seq`, each once. */
  items: MessageView[];
  hasMoreBefore: boolean;
}

export const EMPTY_THREAD: Thread = { items: [], hasMoreBefore: false };

/** The newest of two states of one message; a recall or an edit beats what it replaced. */
function newer(a: MessageView, b: MessageView): MessageView {
  const stamp = (m: MessageView) => Math.max(m.edited_at ?? 0, m.recalled_at ?? 0);
  if (stamp(a) !== stamp(b)) return stamp(a) > stamp(b) ? a : b;
  // Same words: take the later report, but never step back from delivered to sent.
  const rank = { queued: 0, sent: 1, failed: 1, delivered: 2, read: 3 };
  return rank[a.state] > rank[b.state] ? { ...b, state: a.state, state_reason: a.state_reason } : b;
}

export function putMessages(thread: Thread, incoming: MessageView[]): Thread {
  if (incoming.length === 0) return thread;
  const bySeq = new Map(thread.items.map((message) => [message.seq, message]));
  for (const message of incoming) {
    const known = bySeq.get(message.seq);
    bySeq.set(message.seq, known === undefined ? message : newer(known, message));
  }
  return { ...thread, items: [...bySeq.values()].sort((a, b) => a.seq - b.seq) };
}

/** One message out of the stream. What is older than the loaded run stays on the server. */
export function putMessage(thread: Thread, message: MessageView): Thread {
  const first = thread.items[0];
  if (first !== undefined && message.seq < first.seq) return thread;
  return putMessages(thread, [message]);
}

/** Where the run is broken: `{after, before}` are the known neighbours of the first missing message. */
export function firstHole(thread: Thread): { after: number; before: number } | null {
  for (let i = 1; i < thread.items.length; i++) {
    const before = thread.items[i]?.seq ?? 0;
    const after = thread.items[i - 1]?.seq ?? 0;
    if (before !== after + 1) return { after, before };
  }
  return null;
}

/** The newest page, read again: joins the run when they touch, else replaces it. */
export function mergeLatest(thread: Thread | undefined, page: MessagePage): Thread {
  const fresh: Thread = { items: page.items, hasMoreBefore: page.has_more_before };
  const last = thread?.items[thread.items.length - 1];
  const first = page.items[0];
  if (thread === undefined || last === undefined || first === undefined || first.seq > last.seq + 1) return fresh;
  return { ...putMessages(thread, page.items), hasMoreBefore: first.seq <= (thread.items[0]?.seq ?? 0) ? page.has_more_before : thread.hasMoreBefore };
}

export function prependPage(thread: Thread, page: MessagePage): Thread {
  return { ...putMessages(thread, page.items), hasMoreBefore: page.has_more_before };
}

export function lastSeq(thread: Thread): number {
  return thread.items[thread.items.length - 1]?.seq ?? 0;
}
