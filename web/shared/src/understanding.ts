// What operations people teach the bot: intents, examples, trained versions, the learning inbox. Names as in the OpenAPI document.
import type { Language } from './api.ts';
import type { AskView } from './settings.ts';

export type ExampleSource = 'manual' | 'import' | 'learned';
export type ModelState = 'ready' | 'shadow' | 'canary' | 'live' | 'retired';
export type Speaker = 'live' | 'trial';
export type TrialOutcome = 'same' | 'alike' | 'other' | 'gained' | 'lost';
export type StepKind = 'trained' | 'shadow' | 'canary' | 'withdrawn' | 'published' | 'rolled_back' | 'taken_off';
export type FindingKind = 'conflict' | 'duplicate' | 'tiny' | 'overlap' | 'unbalanced' | 'empty' | 'leak';
export type RunKind = 'training' | 'evaluation' | 'backtest';
export type RunState = 'running' | 'done' | 'cancelled' | 'failed';
export type LearningReason = 'missed' | 'unsure' | 'not_helpful' | 'corrected';
export type Emotion = 'neutral' | 'anger' | 'disappointment' | 'anxiety' | 'joy';
export type MoodDirection = 'souring' | 'steady' | 'easing';

/** What a person said about a turn; null is as the bot read it. */
export interface TurnCorrectionView {
  emotion: string | null;
  intent_id: string | null;
  corrected_by: string;
  at: number;
}

export interface MoodTurnView {
  message_id: string;
  /** Whose thread it stands in: the conversation's own, or that of a part. */
  conversation_id: string;
  seq: number;
  at: number;
  text: string;
  /** As a person corrected it, else as it was read. */
  emotion: Emotion;
  intensity: number;
  intent_id: string | null;
  corrected: TurnCorrectionView | null;
}

export interface MoodsView {
  direction: MoodDirection;
  level: number;
  unhappy_turns: number;
  /** Oldest first. */
  turns: MoodTurnView[];
}

/** What the bot does with a message of this intent; an empty language is served by the other one. */
export type IntentReply = { kind: 'none' } | { kind: 'article'; article_id: string } | { kind: 'text'; zh: string; en: string; next_flow: string | null } | { kind: 'handoff' };

export interface IntentView {
  id: string;
  name: string;
  description: string;
  reply: IntentReply;
  /** The group it belongs to, by subject; empty for none. */
  topic: string;
  only_in_topic: boolean;
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
  /** Set aside as a test question since then. */
  test_since: number | null;
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
  /** Of each of them, the intent it belongs to; empty in reports of older versions. */
  example_intent_ids: string[];
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
  /** Percent of the conversations it answers while it is a canary, else 0. */
  share_percent: number;
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

export interface TrialTally {
  /** Which of the two answered the customer. */
  spoke: Speaker;
  outcome: TrialOutcome;
  turns: number;
  missed: number;
  handed_over: number;
}

export interface TrialView {
  model_id: string;
  number: number;
  state: ModelState;
  share_percent: number;
  /** The live version it was compared with last; 0 when there was none. */
  against: number;
  tallies: TrialTally[];
}

export interface SaidView {
  /** Null when it is not sure enough of any. */
  intent_id: string | null;
  intent: string;
  probability: number;
  text: string;
  person: boolean;
}

export interface TrialDifference {
  message_id: string;
  conversation_id: string;
  text: string;
  language: Language;
  spoke: Speaker;
  outcome: TrialOutcome;
  live: SaidView;
  trial: SaidView;
  at: number;
}

export interface ConfusionCell {
  intent_id: string;
  read_as_id: string;
  count: number;
}

export interface SideScore {
  number: number;
  threshold: number;
  /** Questions it had learnt from. */
  seen: number;
  accuracy: number;
  answered: number;
  wrong: number;
  intents: IntentScore[];
}

export interface GuessView {
  intent_id: string | null;
  intent: string;
  probability: number;
  sure: boolean;
  right: boolean;
}

export interface ChangedQuestion {
  text: string;
  language: Language;
  intent_id: string;
  intent: string;
  guesses: GuessView[];
}

export interface ComparisonView {
  /** The questions are those set aside for testing; else all examples. */
  set_aside: boolean;
  questions: number;
  sides: SideScore[];
  changed: ChangedQuestion[];
  changed_count: number;
}

export interface EvaluationView {
  took_ms: number;
  folds: number;
  examples: number;
  accuracy: number;
  macro_f1: number;
  intents: IntentScore[];
  cells: ConfusionCell[];
  curve: CurvePoint[];
  threshold: number;
  comparison: ComparisonView | null;
}

export interface OutcomeCount {
  outcome: TrialOutcome;
  turns: number;
}

export interface BacktestTurn {
  conversation_id: string;
  message_id: string;
  at: number;
  text: string;
  language: Language;
  /** `same` where only the time since made the difference. */
  outcome: TrialOutcome;
  then: SaidView;
  live: SaidView;
  trial: SaidView;
}

export interface BacktestView {
  took_ms: number;
  number: number;
  against: number;
  conversations: number;
  turns: number;
  outcomes: OutcomeCount[];
  changed_since: number;
  differences: BacktestTurn[];
  is_cut: boolean;
}

export interface TrainedView {
  model_id: string;
  number: number;
  examples: number;
  took_ms: number;
}

export interface RunView {
  id: string;
  kind: RunKind;
  state: RunState;
  done: number;
  of: number;
  training: TrainedView | null;
  evaluation: EvaluationView | null;
  backtest: BacktestView | null;
  started_by: string;
  started_at: number;
  ended_at: number | null;
}

export interface VersionStepView {
  model_id: string;
  number: number;
  kind: StepKind;
  share_percent: number;
  threshold: number;
  taken_by: string;
  at: number;
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

/** How an entity is found in what a customer writes. */
export type FoundBy =
  | { by: 'patterns'; patterns: string[] }
  | { by: 'values'; values: { value: string; synonyms: string[] }[] }
  | { by: 'examples'; examples: string[] };

/** What the company's customers name beside what everybody does. */
export interface EntityView {
  id: string;
  /** What flows call it. */
  name: string;
  label: string;
  found_by: FoundBy;
  version: number;
  created_at: number;
}

/** Something that a text names. */
export interface NamedView {
  name: string;
  /** One of the company's own. */
  own: boolean;
  text: string;
  value: unknown;
  confidence: number;
}

export interface TriedView {
  reading: ReadingView | null;
  bot: AskView;
  took_us: number;
  /** In the order of the text. */
  entities: NamedView[];
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
  /** Null where the live version is not sure enough to act on it. */
  suggestion: RankedIntent | null;
  /** Sure or not, the nearest first. */
  nearest: RankedIntent[];
}

export interface ItemsSettled {
  count: number;
}
