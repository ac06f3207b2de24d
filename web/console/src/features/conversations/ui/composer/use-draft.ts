// The draft of one conversation: state for the composer, kept in this browser a moment after each change.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Attachment } from '@qingniao/shared/api';
import { emptyDraft, loadDraft, saveDraft, type Draft, type DraftPart, type Mode } from '../../model/drafts';

const SAVE_AFTER_MS = 250;

export interface DraftState {
  draft: Draft;
  part: DraftPart;
  setMode(mode: Mode): void;
  setText(text: string): void;
  addAttachment(attachment: Attachment): void;
  removeAttachment(id: string): void;
  setReplyTo(id: string | null): void;
  /** The reply's new text with a suggested answer in it, and that suggestion's key. */
  insertReply(text: string, suggestion: string): void;
  /** The canned response in the reply whose actions follow; none takes it away. */
  setCanned(id: string | null): void;
  /** Empties the mode that was sent. */
  clear(): void;
}

export function useDraft(userId: string, conversationId: string): DraftState {
  const [draft, setDraft] = useState<Draft>(() => loadDraft(userId, conversationId) ?? emptyDraft());
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
    const timer = setTimeout(() => saveDraft(userId, conversationId, draft), SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, userId, conversationId]);
  useEffect(() => {
    const save = (): void => saveDraft(userId, conversationId, latest.current);
    window.addEventListener('pagehide', save);
    return () => {
      window.removeEventListener('pagehide', save);
      save();
    };
  }, [userId, conversationId]);

  const changePart = useCallback((change: (part: DraftPart) => DraftPart) => {
    setDraft((old) => ({ ...old, [old.mode]: change(old[old.mode]), at: Date.now() }));
  }, []);
  const setMode = useCallback((mode: Mode) => setDraft((old) => ({ ...old, mode })), []);
  const setText = useCallback((text: string) => changePart((part) => ({ ...part, text })), [changePart]);
  const addAttachment = useCallback(
    (attachment: Attachment) => changePart((part) => ({ ...part, attachments: [...part.attachments, attachment] })),
    [changePart],
  );
  const removeAttachment = useCallback(
    (id: string) => changePart((part) => ({ ...part, attachments: part.attachments.filter((one) => one.id !== id) })),
    [changePart],
  );
  const setReplyTo = useCallback((replyTo: string | null) => setDraft((old) => ({ ...old, replyTo })), []);
  const insertReply = useCallback((text: string, suggestion: string) => {
    setDraft((old) => ({ ...old, mode: 'reply', reply: { ...old.reply, text }, suggestion, at: Date.now() }));
  }, []);
  const setCanned = useCallback((canned: string | null) => setDraft((old) => ({ ...old, canned })), []);
  const clear = useCallback(() => {
    setDraft((old) => ({ ...old, [old.mode]: { text: '', attachments: [] }, replyTo: old.mode === 'reply' ? null : old.replyTo, suggestion: old.mode === 'reply' ? null : old.suggestion, canned: old.mode === 'reply' ? null : old.canned, at: Date.now() }));
  }, []);

  return { draft, part: draft[draft.mode], setMode, setText, addAttachment, removeAttachment, setReplyTo, insertReply, setCanned, clear };
}
