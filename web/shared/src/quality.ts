// Quality of conversations (质检): score forms, plans that draw conversations, reviews. Scores are times 100; times are epoch milliseconds.

export type CriterionKind = 'yes_no' | 'scale' | 'choice';

export interface ScoreOption {
  key: string;
  zh: string;
  en: string;
  /** 0 to 100. */
  points: number;
}

export interface Criterion {
  key: string;
  zh: string;
  en: string;
  note: string;
  kind: CriterionKind;
  options: ScoreOption[];
  weight: number;
  /** The worst answer makes the whole score 0. */
  fatal: boolean;
  /** May be answered with `na`. */
  optional: boolean;
}

export interface ScoreSection {
  zh: string;
  en: string;
  criteria: Criterion[];
}

export interface ScoreForm {
  zh: string;
  en: string;
  note: string;
  sections: ScoreSection[];
}

export interface ScorecardView {
  id: string;
  version: number;
  form: ScoreForm;
  changed_by: string;
  changed_at: number;
}

export type DrawEvery = 'day' | 'week';
export type DrawFirst = 'random' | 'low_csat' | 'angry';

export interface ReviewPlanRule {
  name: string;
  scorecard_id: string;
  every: DrawEvery;
  per_agent: number;
  first: DrawFirst;
  resolved_only: boolean;
  messages_min: number;
  /** All where empty; every supervisor and admin for reviewers. */
  inbox_ids: string[];
  team_ids: string[];
  reviewer_ids: string[];
  active: boolean;
}

export interface ReviewPlanView {
  id: string;
  rule: ReviewPlanRule;
  next_at: number;
  version: number;
  created_at: number;
}

export interface ReviewAnswer {
  /** `yes` or `no`, `1` to `5`, an option's key, or `na`. */
  value: string;
  note: string;
}

export type Answers = Record<string, ReviewAnswer>;
export type ReviewState = 'open' | 'submitted' | 'appealed' | 'settled' | 'skipped';

export interface ReviewView {
  id: string;
  conversation_id: string;
  opened_at: number;
  agent_id: string;
  reviewer_id: string | null;
  scorecard_id: string;
  scorecard_version: number;
  state: ReviewState;
  /** Empty in lists. */
  answers: Answers;
  note: string;
  score_x100: number | null;
  fatal: boolean;
  first_score_x100: number | null;
  appeal: string | null;
  settlement: string | null;
  drawn_at: number;
  submitted_at: number | null;
  appealed_at: number | null;
  settled_at: number | null;
  /** Who sent it to review by hand, and why; null where a plan drew it. */
  asked_by: string | null;
  asked_why: string;
  /** Why the reviewer passed it over. */
  skip_reason: string | null;
  skipped_at: number | null;
  begun: boolean;
  version: number;
}

export interface ReviewDetail {
  review: ReviewView;
  form: ScoreForm;
  form_version: number;
}
