// Reads the frames of `WS /api/v1/stream`. Unknown frame types are ignored, so that an older page survives a newer
// server; the shapes themselves are in the shared API types.
import type { ServerFrame, StreamEntry } from '@qingniao/shared/api';

export type Bye = Extract<ServerFrame, { type: 'bye' }>;
export type Ephemeral = Extract<ServerFrame, { type: 'typing' | 'viewers' | 'presence' | 'changed' | 'whisper' | 'wallboard' }>;
export type Viewer = Extract<ServerFrame, { type: 'viewers' }>['users'][number];

export interface PollAnswer {
  entries: Omit<StreamEntry, 'type'>[];
  seq: number;
  reload: boolean;
}

const KNOWN = new Set(['ready', 'reload', 'entry', 'typing', 'viewers', 'presence', 'changed', 'whisper', 'wallboard', 'pong', 'bye']);

export function parseFrame(text: unknown): ServerFrame | null {
  if (typeof text !== 'string') return null;
  try {
    const frame = JSON.parse(text) as { type?: unknown } | null;
    if (frame === null || typeof frame !== 'object') return null;
    return typeof frame.type === 'string' && KNOWN.has(frame.type) ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
