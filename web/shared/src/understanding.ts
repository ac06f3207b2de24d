// What operations people teach the bot: intents, examples, trained versions, the learning inbox. Names as in the OpenAPI document.
import type { Language } from './api.ts';
import type { AskView } from './settings.ts';

export type ExampleSource = 'manual' | 'import' | 'learned';
export type ModelState = 'ready' | 'live' | 'retired';
export type FindingKind = 'conflict' | 'duplicate' | 'tiny' | 'overlap' | 'unbalanced' | 'empty';
export type LearningReason = 'missed' | 'unsure' | 'not_helpful';

/** What the bot does with a message of this intent; an empty language is served by the other one. */
export type IntentReply = { kind: 'none' } | { kind: 'article'; article_id: string } | { kind: 'text'; zh: string; en: string } | { kind: 'handoff' };

export interface IntentView {
  id: string;
  name: string;
  description: string;
  reply: IntentReply;
  examples_zh: number;
  examples_en: number;
  version: number;
  created_at: number;
  updated_at: number;
}

export interface IntentExampleView {
  id: string;
  intent_id: string;
  language: Language;
  text: string;
  source: ExampleSource;
  created_at: number;
}

export interface DuplicateExample {
  text: string;
  /** Whose example it is. */
  intent_id: string;
}

export interface ExamplesAdded {
  added: IntentExampleView[];
  duplicates: DuplicateExample[];
}

export interface ExamplesChanged {
  count: number;
}

/** Shares are 0 to 1. */
export interface CurvePoint {
  threshold: number;
  answered: number;
  wrong: number;
  /** Share of what it was never taught that it would leave to the knowledge base. */
  strangers_left: number | null;
}

export interface IntentScore {
  intent_id: string;
  name: string;
  examples: number;
  precision: number;
  recall: number;
  f1: number;
}

export interface IntentConfusion {
  intent_id: string;
  name: string;
  taken_for_id: string;
  taken_for_name: string;
  count: number;
}

export interface TrainingFinding {
  kind: FindingKind;
  intent_ids: string[];
  intent_names: string[];
  /** Those concerned, the ones to remove last. */
  example_ids: string[];
  texts: string[];
}

export interface TrainingReport {
  took_ms: number;
  /** The text encoder whose vectors it uses beside the words; null: words alone. */
  encoder: string | null;
  folds: number;
  accuracy: number;
  macro_f1: number;
  /** Weakest first. */
  intents: IntentScore[];
  confusions: IntentConfusion[];
  curve: CurvePoint[];
  threshold: number;
  findings: TrainingFinding[];
}

export interface IntentModelView {
  id: string;
  number: number;
  state: ModelState;
  intents: number;
  examples: number;
  /** The score from which it acts; comparable within one version only. */
  threshold: number;
  report: TrainingReport;
  size_bytes: number;
  trained_by: string;
  trained_at: number;
  published_at: number | null;
}

export interface RankedIntent {
  intent_id: string;
  name: string;
  probability: number;
}

export interface TellingWord {
  text: string;
  weight: number;
}

export interface ReadingView {
  model: number;
  accepted: boolean;
  in_scope: number;
  score: number;
  threshold: number;
  /** Likeliest first. */
  ranked: RankedIntent[];
  words: TellingWord[];
}

export interface TriedView {
  reading: ReadingView | null;
  bot: AskView;
  took_us: number;
}

export interface LearningItemView {
  message_id: string;
  conversation_id: string;
  text: string;
  language: Language;
  reason: LearningReason;
  at: number;
}

export interface LearningGroupView {
  /** Newest first; never empty. */
  items: LearningItemView[];
  suggestion: RankedIntent | null;
}

export interface ItemsSettled {
  count: number;
}
