// Connectors, robots and secrets as the API tells of them. Times are epoch milliseconds. Nothing here runs.

export interface ConnectorView {
  /** Flows name it so; it never changes. */
  name: string;
  title: string;
  source_url: string | null;
  enabled: boolean;
  version: number;
  created_by: string;
  created_at: number;
  updated_at: number;
}

export interface ConnectorNote {
  about: string;
  zh: string;
  en: string;
}

export type ConnectorAuth = { kind: string; [field: string]: unknown };

export type ConnectorKind = 'rest' | 'robot' | 'mcp' | 'smtp' | 'sql';

/** What letters carry; `plain` is a connection in the clear, inside one's own network only. */
export interface MailSettings {
  from: string;
  from_name: string;
  plain: boolean;
}

export interface SqlStatement {
  name: string;
  title: { zh: string; en: string };
  description?: string;
  sql: string;
  input: Record<string, unknown>;
  access: 'read' | 'write';
  repeatable: boolean;
}

export interface SqlSettings {
  plain: boolean;
  write: boolean;
  operations: SqlStatement[];
}

export interface ConnectorDetail extends ConnectorView {
  kind: ConnectorKind;
  base_url: string;
  auth: ConnectorAuth | null;
  headers: Record<string, unknown>;
  success: Record<string, unknown> | null;
  hosts: string[];
  routines: Record<string, unknown>[] | null;
  smtp: MailSettings | null;
  sql: SqlSettings | null;
  operations: number;
  notes: ConnectorNote[];
}

export interface OperationView {
  name: string;
  title: { zh: string; en: string };
  description: string;
  method: string;
  path: string;
  input: Record<string, unknown>;
  response: Record<string, unknown> | null;
  safe: boolean;
  /** `safe`, `idempotent`, `keyed`, `once`. */
  retry: string;
}

export interface DescriptionView {
  title: string;
  version: string;
  base_url: string;
  operations: OperationView[];
  proofs: Record<string, unknown>[];
  notes: ConnectorNote[];
}

export interface OperationTried {
  ok: boolean;
  answer: Record<string, unknown>;
  error: string | null;
  error_zh: string | null;
  detail: Record<string, unknown>;
  exchange: Record<string, unknown>;
}

export interface StoredSecretView {
  name: string;
  hosts: string[];
  note: string;
  created_by: string;
  created_at: number;
  changed_at: number;
  used_at: number | null;
}

export interface RehearsedStep {
  step: string;
  took_ms: number;
  error: string | null;
  error_zh: string | null;
  /** PNG, base64. */
  picture: string | null;
}

export interface PageElement {
  at: string;
  /** `field`, `secret`, `list`, `button`, `link`, `table`, `text`. */
  kind: string;
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
  options?: string[];
}

export interface RobotPage {
  url: string;
  title: string;
  width: number;
  height: number;
  elements: PageElement[];
}

export interface RoutineRehearsed {
  ok: boolean;
  answer: Record<string, unknown>;
  error: string | null;
  error_zh: string | null;
  steps: RehearsedStep[];
  page: RobotPage | null;
}

/** A browser that stays; without an id none does, and `played` says why. */
export interface RecordingBegun {
  id: string | null;
  played: RoutineRehearsed;
}

/** What one attempt of a step said to another system and heard, redacted when it was recorded. */
export interface ExchangeView {
  step: string;
  attempt: number;
  /** `done`, `failed`, or `doubt` when nobody knows. */
  state: string;
  exchange: Record<string, unknown>;
  at: number;
}
