// What is half written, per person and conversation, in this browser until it is sent. Old drafts are let go.
// Reply and note are kept apart: a word meant for colleagues must never slip into what the customer gets.
import type { Attachment } from '@qingniao/shared/api';

export type Mode = 'reply' | 'note';

export interface DraftPart {
  text: string;
  attachments: Attachment[];
}

export interface Draft {
  mode: Mode;
  reply: DraftPart;
  note: DraftPart;
  /** The message the reply answers. */
  replyTo: string | null;
  /** The key of the suggested answer the reply began as. */
  suggestion?: string | null;
  /** The canned response in the reply that does more than speak. */
  canned?: string | null;
  at: number;
}

/** The mode shown, and whether it is a note only because this person may not reply. */
export interface ShownMode {
  mode: Mode;
  forced: boolean;
}

/**
 * Who may not reply writes notes. When they may again (the transfer was accepted, the conversation claimed), a mode that
 * was only forced goes back, unless a note was begun: what is typed next belongs to it.
 */
export function allowedMode(now: ShownMode, canReply: boolean, noteIsEmpty: boolean): ShownMode {
  if (!canReply) return now.mode === 'reply' ? { mode: 'note', forced: true } : now;
  if (!now.forced) return now;
  return { mode: noteIsEmpty ? 'reply' : 'note', forced: false };
}

const PREFIX = 'qn.draft.';
const KEPT = 100;
/** Of a draft, in the row of its conversation. */
const SHOWN_CHARS = 120;

export function emptyDraft(): Draft {
  return { mode: 'reply', reply: { text: '', attachments: [] }, note: { text: '', attachments: [] }, replyTo: null, at: 0 };
}

function key(userId: string, conversationId: string): string {
  return `${PREFIX}${userId}.${conversationId}`;
}

function isPart(part: unknown): part is DraftPart {
  const candidate = part as DraftPart | null | undefined;
  return typeof candidate?.text === 'string' && Array.isArray(candidate.attachments);
}

export function isEmpty(part: DraftPart): boolean {
  return part.text === '' && part.attachments.length === 0;
}

export function loadDraft(userId: string, conversationId: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key(userId, conversationId)) ?? 'null') as Draft | null;
    return isPart(draft?.reply) && isPart(draft?.note) ? draft : null;
  } catch {
    return null;
  }
}

export function saveDraft(userId: string, conversationId: string, draft: Draft): void {
  const name = key(userId, conversationId);
  try {
    if (isEmpty(draft.reply) && isEmpty(draft.note)) localStorage.removeItem(name);
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

/** The first words of each draft by conversation; the names of its files when it has no words. */
export function draftTexts(userId: string): Map<string, string> {
  const prefix = `${PREFIX}${userId}.`;
  const texts = new Map<string, string>();
  for (let i = 0; i < localStorage.length; i++) {
    const name = localStorage.key(i);
    if (!name?.startsWith(prefix)) continue;
    const id = name.slice(prefix.length);
    const draft = loadDraft(userId, id);
    if (draft === null) continue;
    const part = isEmpty(draft[draft.mode]) ? draft[draft.mode === 'reply' ? 'note' : 'reply'] : draft[draft.mode];
    texts.set(id, part.text.trim().slice(0, SHOWN_CHARS) || part.attachments.map((file) => file.name).join(', '));
  }
  return texts;
}
