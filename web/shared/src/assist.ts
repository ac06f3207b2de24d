// What helps people find words. Exported again by api.ts.
import type { Language } from './api.ts';

export type SuggestionSource = 'article' | 'canned' | 'product' | 'draft';

/** An answer to insert, never sent by itself. */
export interface SuggestionView {
  /** Sent as `suggestion` with the message it was inserted into. */
  key: string;
  source: SuggestionSource;
  title: string;
  /** Markdown. */
  text: string;
  language: Language;
  /** 0 to 1. */
  confidence: number;
  article_ids: string[];
  /** From an article that only colleagues may read. */
  internal: boolean;
}

export interface SuggestionsView {
  /** 0 when nothing waits for an answer. */
  seq: number;
  items: SuggestionView[];
  can_draft: boolean;
}

export interface DraftView {
  item: SuggestionView | null;
  reason: string | null;
}

export interface SummaryView {
  text: string;
  by_model: boolean;
  reason: string | null;
}

export type NextBestKind = 'answer' | 'resolve' | 'begin_flow' | 'merge' | 'same_person' | 'pend';

/** What to do next in a conversation, and why. */
export interface NextBestStep {
  kind: NextBestKind;
  /** Id of the flow, the conversation or the contact; else empty. */
  target: string;
  title: string;
  title_en: string | null;
  /** The words that speak for it. */
  quote: string;
  message_id: string | null;
  /** Until when an answer was promised. */
  at: number | null;
  percent: number | null;
}

export interface NextBestView {
  steps: NextBestStep[];
}

// ── people ──────────────────────────────────────────────────────────────────────────────────────
