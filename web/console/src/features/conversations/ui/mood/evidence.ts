// Which words of which message show a feeling: asked for by a chip, drawn by the message, until the conversation is left.
import { useSyncExternalStore } from 'react';

export interface Span {
  start: number;
  end: number;
}

export interface Marked {
  message: string;
  spans: readonly Span[];
}

let asked: string | null = null;
let marked: Marked | null = null;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The conversation's evidence is shown as soon as its thread is there. */
export function askForEvidence(conversation: string): void {
  asked = conversation;
  tell();
}

export function mark(shown: Marked | null): void {
  asked = null;
  marked = shown;
  tell();
}

/** The conversation is left; what was asked for the next one stands. */
export function unmark(): void {
  marked = null;
  tell();
}

export const useAsked = (): string | null => useSyncExternalStore(subscribe, () => asked);

/** Null for a message that is not marked. */
export const useMarked = (message: string): readonly Span[] | null =>
  useSyncExternalStore(subscribe, () => (marked?.message === message ? marked.spans : null));
