// Flows as the console draws, publishes and watches them. Like `api.ts`: names equal the schema names of the OpenAPI document,
// times are epoch milliseconds, `conformance.ts` proves that they fit.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type FlowSeverity = 'error' | 'warning';

/** What is wrong with a document, and where. */
export interface FlowProblem {
  code: string;
  severity: FlowSeverity;
  /** Null: the whole flow is meant. */
  node: string | null;
  /** Which setting or port; may be empty. */
  field: string;
  zh: string;
  en: string;
}

export interface FlowVersionView {
  hash: string;
  /** Counted from 1 within the flow. */
  number: number;
  note: string;
  published_by: string;
  published_at: number;
}

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

export interface FlowView {
  id: string;
  name: string;
  live: FlowVersionView | null;
  enabled: boolean;
  /** Of the last seven days. */
  runs: FlowRunCounts;
  drafts: FlowDraftBrief[];
  has_hook_secret: boolean;
  version: number;
  created_at: number;
  updated_at: number;
}

export type FlowReleaseKind = 'publish' | 'rollback' | 'enable' | 'disable';

export interface FlowReleaseView {
  kind: FlowReleaseKind;
  hash: string | null;
  number: number | null;
  taken_by: string;
  note: string;
  at: number;
}

export type FlowRunState = 'active' | 'parked' | 'done' | 'failed' | 'cancelled';

export interface FlowRunView {
  id: string;
  flow_id: string;
  version_hash: string;
  version_number: number | null;
  trigger: string;
  state: FlowRunState;
  error: string | null;
  conversation_id: string | null;
  contact_id: string | null;
  started_at: number;
  changed_at: number;
}

export type FlowStepState = 'open' | 'resting' | 'split' | 'done' | 'failed' | 'left';

export interface FlowStepError {
  kind: string;
  message: string;
  detail: Json;
}

/** One visit of one node. */
export interface FlowStepView {
  step: string;
  node: string;
  path: string;
  state: FlowStepState;
  attempts: number;
  request: Json;
  output: Json;
  sets: JsonObject;
  port: string | null;
  error: FlowStepError | null;
  began_at: number;
  ended_at: number | null;
  took_ms: number;
  due_at: number | null;
}

export interface FlowRunDetail extends FlowRunView {
  input: Json;
  context: Json;
  output: Json;
  waits: FlowStepView[];
  steps: FlowStepView[];
  more: boolean;
}

/** Something a flow asks people to decide. */
export interface ApprovalView {
  run_id: string;
  step: string;
  attempt: number;
  flow_id: string;
  flow_name: string;
  conversation_id: string | null;
  who: string;
  title: string;
  payload: Json;
  may_decide: boolean;
  asked_at: number;
  due_at: number | null;
}
