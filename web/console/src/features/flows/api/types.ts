// The API's shapes that hold a document; the rest is in shared/src/flow.ts.
import type { FlowDraftView, FlowVersionView } from '@qingniao/shared/flow';
import type { FlowDocument, JsonObject, Json } from '../model/document';

export interface Draft extends Omit<FlowDraftView, 'document'> {
  document: FlowDocument;
}

export interface Version extends FlowVersionView {
  document: FlowDocument;
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
  /** What shared variables hold when it begins, by scope and name. */
  shared?: Record<string, JsonObject>;
  begins_at: number;
  answers?: Record<string, Json[]>;
  /** What a node's outside always answers. */
  pins: Record<string, Json>;
  happens: Happening[];
  events_max?: number;
}

