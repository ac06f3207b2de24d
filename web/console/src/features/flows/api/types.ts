// The API's shapes that hold a document; the rest is in shared/src/flows.ts.
import type { FlowVersionView } from '@qingniao/shared/flows';
import type { FlowDocument, JsonObject, Json, Problem } from '../model/document';

export interface FlowDraftView {
  flow_id: string;
  source: 'mine' | 'live' | 'colleague';
  document: FlowDocument;
  base_hash: string | null;
  live_hash: string | null;
  /** 0: nothing was saved yet. */
  revision: number;
  updated_at: number | null;
}

export interface FlowVersionDetail extends FlowVersionView {
  document: FlowDocument;
}

export interface FlowTemplateView {
  key: string;
  zh: string;
  en: string;
  zh_about: string;
  en_about: string;
}

export interface FlowChecked {
  sound: boolean;
  problems: Problem[];
}

/** Something that happens to a simulated run once it rests. */
export type Happening =
  | { what: 'says'; text: string }
  | { what: 'answers'; node: string; answer: Json }
  | { what: 'signal'; name: string; payload: Json }
  | { what: 'passes'; ms: number }
  | { what: 'deadline' }
  | { what: 'cancel' };

export interface Script {
  input: JsonObject;
  context: JsonObject;
  begins_at: number;
  answers?: Record<string, Json[]>;
  /** What a node's outside always answers. */
  pins: Record<string, Json>;
  happens: Happening[];
  events_max?: number;
}

export interface Visit {
  step: string;
  node: string;
  kind: string;
  title: string;
  path: string;
  standing: 'open' | 'done' | 'failed' | 'timed_out' | 'given_up';
  port?: string;
  attempts: { number: number; request: Json; at: number; due_at?: number; error?: { kind: string; message: string } }[];
  output: Json;
  sets: JsonObject;
  error?: { kind: string; message: string; detail?: Json };
  began_at: number;
  ended_at?: number;
  took_ms: number;
  undo?: 'running' | 'done' | 'failed' | 'waiting';
}

export interface Report {
  status: 'new' | 'running' | 'done' | 'failed' | 'cancelled';
  output: Json;
  error?: { kind: string; message: string };
  visits: Visit[];
  waits: { step: string; node: string; request: JsonObject; due_at?: number }[];
  messages: { by: 'bot' | 'customer'; text: string; buttons?: string[]; at: number }[];
  now: number;
  events: number;
  unheard: number[];
  not_undone: string[];
  refused?: string;
}

export interface TestOutcome {
  name: string;
  passed: boolean;
  misses: { zh: string; en: string }[];
  report: Report;
}
