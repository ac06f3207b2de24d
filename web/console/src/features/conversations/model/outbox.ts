// What is written but not yet acknowledged. Pure: which item goes next, what an answer does to it.
// An item keeps its `client_msg_id` over every try, so the server stores it once however often it is sent.
import type { Attachment } from '@qingniao/shared/api';

export interface OutboxItem {
  /** The `client_msg_id`. */
  id: string;
  /** Whose it is; another person signing in on this browser must not send it. */
  userId: string;
  conversationId: string;
  kind: 'outgoing' | 'note';
  text: string;
  /** Plain where it is missing: written by an earlier version of this page. */
  format?: 'text' | 'markdown';
  attachments: Attachment[];
  replyTo: string | null;
  /** A supervisor speaks in somebody else's conversation. */
  force: boolean;
  /** The key of the suggested answer that was inserted. */
  suggestion?: string | null;
  /** The canned response whose actions follow. */
  canned?: string | null;
  /** The platform's approved template that the text fills in. */
  template?: string | null;
  /** Ids of colleagues a note names. */
  mentions?: string[];
  createdAt: number;
  state: 'waiting' | 'sending' | 'failed';
  attempts: number;
  /** Not before. */
  dueAt: number;
  reason: { code: string; detail: string } | null;
}

/** What came back from a try. */
export type Answer =
  | { kind: 'sent' }
  /** No word from the server, or it is in trouble: try again by ourselves. */
  | { kind: 'later'; code: string; detail: string; afterMs: number | null }
  /** The server said no: a person has to decide. */
  | { kind: 'refused'; code: string; detail: string };

/** Tries against a server that answers with errors of its own; being offline does not count. */
const ATTEMPTS_MAX = 6;

export function add(items: OutboxItem[], item: OutboxItem): OutboxItem[] {
  return items.some((known) => known.id === item.id) ? items : [...items, item];
}

/** The first item of each conversation, if its time has come: one at a time keeps the order of writing. */
export function nextDue(items: OutboxItem[], now: number): OutboxItem[] {
  const heads = new Map<string, OutboxItem>();
  for (const item of items) {
    if (item.state === 'failed' || heads.has(item.conversationId)) continue;
    heads.set(item.conversationId, item);
  }
  return [...heads.values()].filter((item) => item.state === 'waiting' && item.dueAt <= now);
}

/** When to look again, if anything waits. */
export function nextWake(items: OutboxItem[]): number | null {
  const times = items.filter((item) => item.state === 'waiting').map((item) => item.dueAt);
  return times.length === 0 ? null : Math.min(...times);
}

export function change(items: OutboxItem[], id: string, patch: Partial<OutboxItem>): OutboxItem[] {
  return items.map((item) => (item.id === id ? { ...item, ...patch } : item));
}

export function remove(items: OutboxItem[], id: string): OutboxItem[] {
  return items.some((item) => item.id === id) ? items.filter((item) => item.id !== id) : items;
}

export function answer(items: OutboxItem[], id: string, said: Answer, now: number, waitMs: number): OutboxItem[] {
  if (said.kind === 'sent') return remove(items, id);
  const item = items.find((known) => known.id === id);
  if (item === undefined) return items;
  const reason = { code: said.code, detail: said.detail };
  const attempts = said.code === 'offline' ? item.attempts : item.attempts + 1;
  if (said.kind === 'refused' || attempts >= ATTEMPTS_MAX) return change(items, id, { state: 'failed', reason, attempts });
  return change(items, id, { state: 'waiting', reason, attempts, dueAt: now + (said.afterMs ?? waitMs) });
}

export function retry(items: OutboxItem[], id: string, now: number, force = false): OutboxItem[] {
  const item = items.find((known) => known.id === id);
  if (item === undefined || item.state === 'sending') return items;
  return change(items, id, { state: 'waiting', attempts: 0, dueAt: now, reason: null, force: item.force || force });
}

/** After a reload nothing is under way any more. */
export function restored(items: OutboxItem[], userId: string, now: number): OutboxItem[] {
  return items
    .filter((item) => item.userId === userId)
    .map((item) => (item.state === 'failed' ? item : { ...item, state: 'waiting' as const, dueAt: now }))
    .sort((a, b) => a.createdAt - b.createdAt);
}
