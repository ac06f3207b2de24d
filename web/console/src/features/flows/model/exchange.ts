// What one attempt said to another system, out of its record. Records are redacted before they are kept; older ones may lack a field.
import type { ExchangeView } from '@qingniao/shared/connectors';

export type Fate = 'done' | 'failed' | 'doubt';

export interface RobotNote {
  step: string;
  took_ms: number;
  error: string | null;
  error_zh: string | null;
}

/** What a robot downloaded, kept as an attachment. */
export interface KeptFile {
  id: string;
  name: string;
  bytes: number;
}

export interface Exchange {
  attempt: number;
  at: number;
  fate: Fate;
  method: string;
  url: string;
  status: number | null;
  took_ms: number | null;
  sent_bytes: number;
  got_bytes: number;
  sent: unknown;
  got: unknown;
  error: string | null;
  error_zh: string | null;
  /** What a robot did, step by step. */
  notes: RobotNote[];
  files: KeptFile[];
  /** Id of the attachment that shows the page a robot failed on. */
  picture: string | null;
}

/** Those of one step, in the order they were made. */
export function exchangesOf(all: readonly ExchangeView[], step: string): Exchange[] {
  return all
    .filter((one) => one.step === step)
    .map(read)
    .sort((a, b) => a.attempt - b.attempt);
}

function read({ attempt, at, state, exchange }: ExchangeView): Exchange {
  const method = text(exchange.method) ?? '';
  const robot = method === 'ROBOT' ? fieldsOf(exchange.got) : null;
  const steps = robot?.steps;
  return {
    attempt,
    at,
    fate: state === 'done' || state === 'failed' ? state : 'doubt',
    method,
    url: text(exchange.url) ?? '',
    status: number(exchange.status),
    took_ms: number(exchange.took_ms),
    sent_bytes: number(exchange.sent_bytes) ?? 0,
    got_bytes: number(exchange.got_bytes) ?? 0,
    sent: exchange.sent ?? null,
    got: (robot ? robot.answer : exchange.got) ?? null,
    error: text(exchange.error),
    error_zh: text(exchange.error_zh),
    notes: Array.isArray(steps) ? steps.map(note) : [],
    files: robot ? Object.values(fieldsOf(robot.answer)).flatMap(kept) : [],
    picture: text(exchange.picture),
  };
}

function note(value: unknown): RobotNote {
  const fields = fieldsOf(value);
  return { step: text(fields.step) ?? '', took_ms: number(fields.took_ms) ?? 0, error: text(fields.error), error_zh: text(fields.error_zh) };
}

function kept(value: unknown): KeptFile[] {
  const { id, name, bytes } = fieldsOf(value);
  const [known, called] = [text(id), text(name)];
  return known !== null && called !== null ? [{ id: known, name: called, bytes: number(bytes) ?? 0 }] : [];
}

const fieldsOf = (value: unknown): Record<string, unknown> => (value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {});
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
