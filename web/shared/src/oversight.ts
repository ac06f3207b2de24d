// The wallboard and what supervisors do, as `/api/v1/wallboard` and `/api/v1/oversight` answer. Times are epoch milliseconds.
import type { ShareView } from './reports.ts';

export interface WallboardView {
  now: number;
  today: {
    conversations: number;
    service_level: ShareView;
    service_target_ms: number;
    bot_only: ShareView;
    abandoned: ShareView;
    first_response_median_ms: number | null;
  };
  queues: QueueNow[];
  agents: AgentNow[];
  risks: RiskNow[];
  talks: TalkNow[];
}

export interface QueueNow {
  team_id: string | null;
  name: string;
  waiting: number;
  oldest_at: number | null;
  service_level: ShareView;
}

export interface AgentNow {
  user_id: string;
  name: string;
  state: 'online' | 'wrap_up' | 'busy' | 'offline';
  /** The key of a busy reason. */
  reason: string | null;
  since: number | null;
  /** From when on that is longer than the reason allows. */
  late_at: number | null;
  conversations: number;
  capacity: number;
}

export interface RiskNow {
  conversation_id: string;
  contact_id: string;
  contact_name: string;
  agent_id: string | null;
  metric: string;
  due_at: number | null;
  breached: boolean;
}

export interface TalkNow {
  conversation_id: string;
  contact_id: string;
  contact_name: string;
  agent_id: string | null;
  waiting_since: number | null;
  last_text: string;
}

export interface OversightView {
  id: string;
  kind: 'monitor' | 'whisper' | 'take_over' | 'force_state' | 'review' | 'settle_review' | 'ask_review' | 'skip_review' | 'change_scorecard' | 'change_review_plan';
  actor_id: string;
  actor_name: string;
  user_id: string | null;
  conversation_id: string | null;
  text: string;
  state: string | null;
  at: number;
}
