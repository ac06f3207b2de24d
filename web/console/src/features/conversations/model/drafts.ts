// What is half written, per person and conversation, in this browser until it is sent. Old drafts are let go.
import type { Attachment } from '@qingniao/shared/api';

export interface Draft {
  mode: 'reply' | 'note';
  text: string;
  attachments: Attachment[];
  replyTo: string | null;
  at: number;
}

const PREFIX = 'qn.draft.';
const KEPT = 100;

function key(userId: string, conversationId: string): string {
  return `${PREFIX}${userId}.${conversationId}`;
}

export function loadDraft(userId: string, conversationId: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key(userId, conversationId)) ?? 'null') as Draft | null;
    return draft !== null && typeof draft.text === 'string' && Array.isArray(draft.attachments) ? draft : null;
  } catch {
    return null;
  }
}

export function saveDraft(userId: string, conversationId: string, draft: Draft): void {
  const name = key(userId, conversationId);
  try {
    if (draft.text === '' && draft.attachments.length === 0) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(draft));
  } catch {
    prune(KEPT / 2);
  }
}

/** Keeps the newest. */
export function prune(kept = KEPT): void {
  const found: { name: string; at: number }[] = [];
  for (let i = 0; i < localStorage.length; i++) {
    const name = localStorage.key(i);
    if (name === null || !name.startsWith(PREFIX)) continue;
    let at = 0;
    try {
      at = (JSON.parse(localStorage.getItem(name) ?? '{}') as { at?: number }).at ?? 0;
    } catch {
      // Unreadable: the first to go.
    }
    found.push({ name, at });
  }
  found.sort((a, b) => b.at - a.at);
  for (const { name } of found.slice(kept)) localStorage.removeItem(name);
}

export function draftIds(userId: string): Set<string> {
  const prefix = `${PREFIX}${userId}.`;
  const ids = new Set<string>();
  for (let i = 0; i < localStorage.length; i++) {
    const name = localStorage.key(i);
    if (name?.startsWith(prefix)) ids.add(name.slice(prefix.length));
  }
  return ids;
}
