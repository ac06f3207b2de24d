// The flow document as the server stores it, and what the registry tells of a kind of node. Shapes only; nothing here runs.

import type { FlowProblem } from '@qingniao/shared/flow';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
export type Problem = FlowProblem;

export type VariableType = 'text' | 'integer' | 'number' | 'boolean' | 'time' | 'list' | 'object' | 'any';
export type VariableScope = 'run' | 'conversation' | 'contact' | 'tenant';
export type ErrorKind = 'timeout' | 'unavailable' | 'refused' | 'invalid' | 'limit' | 'failed' | 'cancelled';

export interface Variable {
  name: string;
  /** What people call it; shown instead of the name. */
  zh?: string;
  en?: string;
  type: VariableType;
  scope?: VariableScope;
  input?: boolean;
  default?: Json;
  /** The only texts it may be given when a run begins. */
  choices?: Choice[];
}

export interface Choice {
  value: string;
  /** What people read in its place. */
  zh?: string;
  en?: string;
}

export interface Retry {
  attempts: number;
  first_ms?: number;
  cap_ms?: number;
  on?: ErrorKind[];
}

export interface FlowNode {
  id: string;
  kind: string;
  title?: string;
  /** A remark for people; means nothing to a run. */
  note?: string;
  settings?: JsonObject;
  retry?: Retry | null;
  timeout_ms?: number | null;
}

export interface FlowEdge {
  from: string;
  /** Absent means `next`. */
  port?: string;
  to: string;
}

export interface Spot {
  x: number;
  y: number;
}

export interface FlowTest {
  name: string;
  input?: JsonObject;
  answers?: Record<string, Json[]>;
  output?: Json;
  passes?: string[];
  says?: string[];
  context?: JsonObject;
  /** What shared variables hold when it begins, and must hold in the end; by scope and name. */
  shared?: Record<string, JsonObject>;
  keeps?: Record<string, JsonObject>;
  happens?: JsonObject[];
  status?: string;
  waits?: string;
}

export interface FlowDocument {
  format: number;
  id: string;
  name: string;
  /** For those who read English. */
  name_en?: string;
  variables?: Variable[];
  nodes: FlowNode[];
  edges: FlowEdge[];
  tests?: FlowTest[];
  /** Steps of all its runs that may ask the outside at the same time; none: as many as the company may. */
  acting_max?: number;
  layout?: Record<string, Spot>;
}

/** A JSON Schema, as far as the forms read it. */
export interface Schema {
  type?: string | string[];
  description?: string;
  default?: Json;
  enum?: Json[];
  const?: Json;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  minimum?: number;
  maximum?: number;
  format?: string;
  'x-qn'?: XQn;
}

/** How to edit a setting and what to call it. */
export interface XQn {
  widget: string;
  zh: string;
  en: string;
  zh_help?: string;
  en_help?: string;
  options?: Option[];
}

export interface Option {
  value: string;
  zh: string;
  en: string;
}

export interface Named {
  name: string;
  zh: string;
  en: string;
}

/** What a node begins with where a step is offered ready made: an operation of a connector. */
export interface Starts {
  title: string;
  settings: JsonObject;
  timeout_ms: number;
}

/** What the registry says of one kind of node. */
export interface Kind {
  /** Absent for the kind as such. */
  starts?: Starts;
  name: string;
  zh: string;
  en: string;
  zh_about: string;
  en_about: string;
  icon: string;
  family: Named;
  /** Ports every node of this kind has. */
  ports: Named[];
  /** The setting that names further ports: `branches`, `intents`, `cases[].port`. */
  ports_from: string | null;
  /** Ports a node may have besides: `error`, `timeout`, `undo`. */
  extra_ports: Named[];
  needs_error_edge: boolean;
  needs_timeout: boolean;
  /** Somebody or something else sets the pace. */
  waits: boolean;
  settings: Schema;
}

export const NEXT = 'next';
export const ERROR = 'error';
export const TIMEOUT = 'timeout';
export const UNDO = 'undo';

export const portOf = (edge: FlowEdge): string => edge.port ?? NEXT;

/** What a node is called on screen. */
export function nameOf(node: FlowNode, kind: Kind | undefined, english: boolean): string {
  return node.title || (kind ? (english ? kind.en : kind.zh) : node.kind);
}

/** Without what means the same as nothing, so that two documents that mean the same are the same: the server writes defaults out. */
export function tidyDocument(document: FlowDocument): FlowDocument {
  return {
    ...document,
    edges: document.edges.map(({ from, port, to }) => (port === undefined || port === NEXT ? { from, to } : { from, port, to })),
    ...(document.variables ? { variables: document.variables.map(tidyVariable) } : {}),
  };
}

export function tidyVariable(variable: Variable): Variable {
  const { name, zh, en, type, scope, input, default: value, choices = [] } = variable;
  return { name, ...(zh ? { zh } : {}), ...(en ? { en } : {}), type, ...(scope && scope !== 'run' ? { scope } : {}), ...(input ? { input } : {}), ...(value === undefined || value === null ? {} : { default: value }), ...(choices.length > 0 ? { choices } : {}) };
}

/** What people call a variable in the language of the screen; its name where nobody said. */
export function labelOf(variables: readonly Variable[] | undefined, name: string, english: boolean): string {
  const variable = variables?.find((one) => one.name === name);
  return (english ? variable?.en || variable?.zh : variable?.zh || variable?.en) || name;
}

/** The flow's title in the language of the screen. */
export const titleOf = (document: FlowDocument, english: boolean): string => (english && document.name_en) || document.name;
