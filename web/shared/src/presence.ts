// Who is in which state, and what people write when a conversation is done (会话小结).

export type PresenceState = 'online' | 'busy' | 'wrap_up' | 'offline';

export interface PresenceNow {
  user_id: string;
  state: PresenceState;
  /** The key of a busy reason. */
  reason: string | null;
  since: number;
}

export interface BusyReason {
  key: string;
  zh: string;
  en: string;
  minutes_max: number | null;
}

export interface TimeInStateView {
  user_id: string;
  state: PresenceState;
  reason: string | null;
  spent_ms: number;
  times: number;
}

export interface PresenceBoard {
  people: PresenceNow[];
  reasons: BusyReason[];
}

export interface WrapUpView {
  conversation_id: string;
  /** Tells the times of one conversation apart. */
  began_at: number;
  agent_id: string;
  required: boolean;
  until_at: number;
  ended_at: number | null;
  category: string | null;
  note: string;
  saved_at: number | null;
}

export interface WrapUpCategory {
  key: string;
  zh: string;
  en: string;
  children: WrapUpCategory[];
}

export interface WrapUpForm {
  categories: WrapUpCategory[];
  inboxes: Record<string, { required: boolean; seconds: number }>;
  version: number;
}
