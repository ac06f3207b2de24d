// The frames of the WebSocket at /api/v1/stream, as people (not visitors) see them.
import type { PresenceState } from './presence.ts';
import type { AuthorKind, ConversationView, MessageView, Presence, WallboardView } from './api.ts';

export type Change =
  | { type: 'conversation.created' | 'conversation.updated'; conversation: ConversationView }
  | { type: 'message.created' | 'message.updated'; message: MessageView }
  | { type: 'resource.changed'; resource: string; id: string };

export interface StreamEntry {
  type: 'entry';
  seq: number;
  conversation_id: string | null;
  version: number | null;
  at: number;
  changes: Change[];
}

export type ServerFrame =
  | StreamEntry
  | { type: 'ready'; seq: number; resumed: boolean; heartbeat_ms: number; connection_id: string }
  | { type: 'reload' }
  | {
      type: 'typing';
      conversation_id: string;
      who: { kind: AuthorKind; id: string | null; name: string };
      on: boolean;
      preview?: string;
    }
  | { type: 'viewers'; conversation_id: string; users: { id: string; name: string; typing: boolean }[] }
  /** Something of this kind moved, many times a second perhaps: worth reading again, not kept in the log. */
  | { type: 'changed'; resource: string; id: string }
  | { type: 'presence'; user_id: string; presence: Presence; connected: boolean; state: PresenceState; reason: string | null; since: number }
  /** A note that a supervisor wrote to this person, or this person to an agent. */
  | { type: 'whisper'; id: string; conversation_id: string; from: string; text: string; at: number }
  /** The floor, while this person has the wallboard open. */
  | { type: 'wallboard'; board: WallboardView }
  | { type: 'pong' }
  | { type: 'bye'; reason: 'restart' | 'too_slow' | 'token_expired' | 'signed_out'; retry_ms: number };

export type ClientFrame =
  | { type: 'hello'; token?: string; resume?: { seq: number } }
  | { type: 'typing'; conversation_id: string; on: boolean }
  | { type: 'viewing'; conversation_id: string | null }
  | { type: 'wallboard'; on: boolean }
  | { type: 'ping' };
