// Flows: drawing, trying, publishing, watching. Names as in the OpenAPI document; times are epoch milliseconds. Nothing here runs.
import type { Language } from './api.ts';

export type FlowType = 'text' | 'integer' | 'number' | 'boolean' | 'time' | 'list' | 'object' | 'any';
export type FlowScope = 'run' | 'conversation' | 'contact' | 'tenant';

/** The document people draw. Its JSON Schema is `document_schema` of `GET /flow-nodes`. */
export type FlowDocument = {
  format: number;
  id: string;
  name: string;
  variables?: FlowVariable[];
  nodes: FlowNode[];
  edges: FlowEdge[];
  tests?: FlowTest[];
  /** Where the builder draws each node. */
  layout?: Record<string, { x: number; y: number }>;
};

export type FlowVariable = {
  name: string;
  type: FlowType;
  scope?: FlowScope;
  /** Given when the run starts. */
  input?: boolean;
  default?: unknown;
};

export type FlowNode = {
  id: string;
  kind: string;
  title?: string;
  /** A remark for people. */
  note?: string;
  settings?: Record<string, unknown>;
  retry?: { attempts: number; first_ms?: number; cap_ms?: number; on?: string[] };
  timeout_ms?: number;
};

/** `port` is `next` when it is not given. */
export type FlowEdge = { from: string; port?: string; to: string };

/** A saved test; what else it may hold is in `document_schema`. */
export type FlowTest = { name: string; [field: string]: unknown };

export interface FlowNamed {
  name: string;
  zh: string;
  en: string;
}

/** One kind of node. `x-qn` of each of its settings says how to edit it. */
export interface FlowNodeView {
  name: string;
  zh: string;
  en: string;
  zh_about: string;
  en_about: string;
  icon: string;
  family: FlowNamed;
  ports: FlowNamed[];
  /** The setting that names further ports: `branches`, `intents`, or `cases[].port`. */
  ports_from: string | null;
  extra_ports: FlowNamed[];
  needs_error_edge: boolean;
  needs_timeout: boolean;
  waits: boolean;
  /** Type of what it gives to the variable that it sets; `any` where its settings or the outside decide. */
  gives: string;
  settings: Record<string, unknown>;
}

/** An event that begins flows without one emitting it. */
export interface FlowEventView {
  name: string;
  zh: string;
  en: string;
  /** Read as `context.event.<field>`. */
  fields: string[];
}

export interface FlowNodesView {
  document_schema: Record<string, unknown>;
  items: FlowNodeView[];
  /** What the house tells by itself, and flows may begin on. */
  events: FlowEventView[];
}

export type FlowSeverity = 'error' | 'warning';

export interface FlowProblem {
  code: string;
  severity: FlowSeverity;
  /** Null: the whole flow is meant. */
  node: string | null;
  /** Which setting or port of it; may be empty. */
  field: string;
  zh: string;
  en: string;
}

export interface FlowChecked {
  sound: boolean;
  problems: FlowProblem[];
}

/** Runs begun in the last seven days. */
export interface FlowRunCounts {
  active: number;
  parked: number;
  done: number;
  failed: number;
  cancelled: number;
}

export interface FlowDraftBrief {
  author_id: string;
  base_hash: string | null;
  revision: number;
  updated_at: number;
}

export interface FlowVersionView {
  hash: string;
  /** Counted from 1 within the flow. */
  number: number;
  note: string;
  published_by: string;
  published_at: number;
}

export interface FlowVersionDetail extends FlowVersionView {
  document: FlowDocument;
}

export interface FlowView {
  id: string;
  name: string;
  /** What the live version is called in English, where it says so. */
  name_en: string | null;
  /** New runs begin with it; null before the first publishing. */
  live: FlowVersionView | null;
  /** Off: no new runs begin. */
  enabled: boolean;
  /** Articles and intents may offer it. */
  customers_begin: boolean;
  runs: FlowRunCounts;
  /** Last saved first. */
  drafts: FlowDraftBrief[];
  has_hook_secret: boolean;
  /** What is to go live later. */
  plan: FlowPlanView | null;
  /** On trial beside the live version. */
  canary: FlowCanaryView | null;
  version: number;
  created_at: number;
  updated_at: number;
}

/** A flow to begin with. */
export interface FlowTemplateView {
  key: string;
  zh: string;
  en: string;
  zh_about: string;
  en_about: string;
}

export interface FlowTemplateDetail extends FlowTemplateView {
  /** Of the words in the document. */
  language: Language;
  document: FlowDocument;
}

export type FlowDraftSource = 'mine' | 'live' | 'colleague' | 'new';

export interface FlowDraftView {
  flow_id: string;
  source: FlowDraftSource;
  document: FlowDocument;
  base_hash: string | null;
  /** When it differs from `base_hash`, merge before publishing. */
  live_hash: string | null;
  /** To be sent with the next save; 0: nothing was saved yet. */
  revision: number;
  updated_at: number | null;
}

/** One thing that differs between two documents, told for people. */
export interface FlowChange {
  what: string;
  node?: string | null;
  field?: string;
  before?: unknown;
  after?: unknown;
  zh: string;
  en: string;
}

export interface FlowDifference {
  items: FlowChange[];
}

export interface FlowRead {
  document: FlowDocument;
}

export type FlowSide = 'mine' | 'theirs';

/** Something both sides changed differently; `path` names it in `chosen`. */
export interface FlowConflict {
  path: string;
  node?: string | null;
  base: unknown;
  mine: unknown;
  theirs: unknown;
  zh: string;
  en: string;
}

export interface FlowMerged {
  document: FlowDocument;
  conflicts: FlowConflict[];
}

/** The members of a 409 `draft_stale`, `flow_moved_on`, 422 `flow_unsound`, `flow_tests_failed` problem. */
export interface FlowRefusal {
  draft?: FlowDraftView;
  live?: FlowVersionView | null;
  changes?: FlowChange[];
  problems?: FlowProblem[];
  tests?: FlowTestOutcome[];
}

export interface FlowPlanView {
  flow_id: string;
  hash: string;
  number: number | null;
  note: string;
  made_by: string;
  made_at: number;
  due_at: number;
  /** `moved_on`: something else was live when its time came; `names_gone`: something it names was not there any more. */
  failure: string | null;
}

export interface FlowCanaryView {
  flow_id: string;
  hash: string;
  number: number | null;
  share_percent: number;
  note: string;
  begun_by: string;
  since: number;
}

export interface FlowTally {
  runs: number;
  open: number;
  done: number;
  failed: number;
  cancelled: number;
  handed_off: number;
}

export interface FlowCanaryDetail extends FlowCanaryView {
  live: FlowTally;
  trial: FlowTally;
}

/** What a run did, in short. */
export interface FlowCourse {
  status: string;
  path: string[];
  said: string[];
  output: unknown;
  error?: string | null;
}

export interface FlowBacktested {
  run_id: string | null;
  started_at: number;
  conversation_id: string | null;
  /** `same`, `different`, `unknown`. */
  verdict: string;
  differs: string[];
  parts_at: string | null;
  waits_at: string | null;
  then: FlowCourse;
  now: FlowCourse;
}

export interface FlowBacktest {
  /** The flow has no runs yet: it was played over conversations in which it would have begun. */
  from_conversations: boolean;
  same: number;
  different: number;
  unknown: number;
  items: FlowBacktested[];
}

export interface ExpressionPreview {
  ok: boolean;
  value: unknown;
  error: string | null;
  missing: string[];
}

export type FlowReleaseKind = 'publish' | 'rollback' | 'enable' | 'disable' | 'plan' | 'unplan' | 'plan_failed' | 'canary' | 'promote' | 'withdraw';

export interface FlowReleaseView {
  kind: FlowReleaseKind;
  hash: string | null;
  number: number | null;
  taken_by: string;
  note: string;
  at: number;
}

// ── runs ────────────────────────────────────────────────────────────────────────────────────────

export type FlowRunState = 'active' | 'parked' | 'done' | 'failed' | 'cancelled';
export type FlowVisitStanding = 'open' | 'done' | 'failed' | 'timed_out' | 'given_up';
export type FlowUndoing = 'running' | 'done' | 'failed';

export interface FlowRunView {
  id: string;
  flow_id: string;
  version_hash: string;
  version_number: number | null;
  /** `api`, `webhook`, `message`, `schedule`, `other`. */
  trigger: string;
  state: FlowRunState;
  error: string | null;
  error_zh: string | null;
  started_at: number;
  changed_at: number;
  /** Where it talks. */
  conversation_id: string | null;
  contact_id: string | null;
  /** Since when a person holds it. */
  paused_at: number | null;
  /** When it gave its conversation to a person. */
  handed_off_at: number | null;
  /** A person has looked at the failure and wants nothing more of it. */
  closed: FlowRunClosed | null;
}

export interface FlowRunClosed {
  at: number;
  by: string;
  note: string;
}

export interface FlowRunStarted {
  run_id: string;
  /** The same trigger had started this run before. */
  repeated: boolean;
}

export interface FlowRunsCancelled {
  cancelled: string[];
  /** They had ended, or do not exist. */
  refused: string[];
}

export interface FlowRunSignalled {
  repeated: boolean;
}

export interface FlowStepError {
  kind: string;
  message: string;
  /** The same in Chinese, where the words are ours. */
  zh?: string;
  detail?: unknown;
}

export interface FlowAttempt {
  number: number;
  /** `do` says which kind of request it is. */
  request: Record<string, unknown>;
  at: number;
  due_at?: number | null;
  error?: FlowStepError | null;
}

/** One visit of one node. */
export interface FlowVisit {
  /** `node~2@path`: the second visit of `node` in `path`. */
  step: string;
  node: string;
  kind: string;
  title: string;
  /** Hash of the version the node belongs to: the run's own, or a sub-flow's. */
  flow: string;
  path: string;
  standing: FlowVisitStanding;
  port?: string | null;
  attempts: FlowAttempt[];
  frames?: number;
  output: unknown;
  sets: Record<string, unknown>;
  error?: FlowStepError | null;
  began_at: number;
  ended_at?: number | null;
  took_ms: number;
  undo?: FlowUndoing | null;
  /** After a correction: the outside had done this before and was not asked again. */
  reused?: boolean;
  /** The customer answered with a correction of an earlier answer: their words. */
  corrected?: string | null;
  /** What the customer's words named besides the answer, by kind, and what is only likely. */
  named?: { entities?: Record<string, unknown>; likely?: Record<string, unknown> };
}

export interface FlowRunDetail extends FlowRunView {
  input: Record<string, unknown>;
  context: Record<string, unknown>;
  output: unknown;
  /** Those of `steps` that wait for somebody or something outside. */
  waits: FlowVisit[];
  /** In the order they began; at most 2,000, the newest. */
  steps: FlowVisit[];
  more: boolean;
  not_undone: string[];
  /** What the variables that the flow shares hold now, whoever set them. */
  shared: FlowSharedView[];
}

export interface FlowSharedView {
  scope: FlowScope;
  name: string;
  /** Null where nobody has set it. */
  value: unknown;
  run_id: string | null;
  updated_at: number | null;
}

export type FlowStatus = 'new' | 'running' | 'done' | 'failed' | 'cancelled';
export type FlowSpeaker = 'bot' | 'customer';

export interface FlowWaiting {
  step: string;
  node: string;
  request: Record<string, unknown>;
  due_at?: number | null;
}

export interface FlowLine {
  by: FlowSpeaker;
  text: string;
  buttons?: string[];
  at: number;
}

/** What a simulation came to. */
export interface FlowReport {
  status: FlowStatus;
  output: unknown;
  error?: FlowStepError | null;
  visits: FlowVisit[];
  waits: FlowWaiting[];
  /** What its shared variables hold in the end, by scope and name. */
  shared?: Record<string, Record<string, unknown>>;
  messages: FlowLine[];
  now: number;
  events: number;
  unheard: number[];
  not_undone: string[];
  refused?: string | null;
}

export interface FlowTestMiss {
  zh: string;
  en: string;
}

export interface FlowTestOutcome {
  name: string;
  passed: boolean;
  misses: FlowTestMiss[];
  report: FlowReport;
}
