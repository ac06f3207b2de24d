// Views of conversations. Exported again by api.ts.
import type { ChannelKind, Language, Status } from './api.ts';

export type OwnerIs = 'me' | 'agent' | 'queue' | 'bot';
export type SlaIs = 'at_risk' | 'breached';
export type ViewSort = 'recent' | 'oldest_waiting';

/** Every field narrows; an empty one says nothing. */
export interface ConversationFilter {
  statuses: Status[];
  owners: OwnerIs[];
  agent_ids: string[];
  /** Whoever asks was invited to it. */
  with_me: boolean;
  /** A note there names whoever asks. */
  mentions_me: boolean;
  team_ids: string[];
  inbox_ids: string[];
  channels: ChannelKind[];
  languages: Language[];
  moods: string[];
  tiers: string[];
  labels_any: string[];
  labels_all: string[];
  sla: SlaIs | null;
  waiting_minutes: number | null;
  text: string | null;
}

export type Audience = { kind: 'private' } | { kind: 'team'; team_id: string } | { kind: 'everyone' };

export interface SavedView {
  id: string;
  name: string;
  filter: ConversationFilter;
  sort: ViewSort;
  audience: Audience;
  maker_id: string;
  /** Kept beside the list of whoever asks. */
  pinned: boolean;
  may_change: boolean;
  version: number;
  created_at: number;
}

/** A note that names whoever asks, not seen yet. */
export interface MentionView {
  message_id: string;
  conversation_id: string;
  at: number;
}

export interface ViewCount {
  id: string;
  /** Not resolved ones, up to 100; null where a number would tell nothing. */
  count: number | null;
}
