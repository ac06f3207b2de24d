// The shapes of reports, as `/api/v1/reports` answers. Times are epoch milliseconds, lengths milliseconds.

/** `part` of `of`. */
export interface ShareView {
  part: number;
  of: number;
}

export interface SpreadView {
  count: number;
  mean_ms: number | null;
  median_ms: number | null;
  p90_ms: number | null;
  max_ms: number | null;
}

export interface FiguresView {
  conversations: number;
  resolved: number;
  bot_only: ShareView;
  bot_only_lasting: ShareView;
  handed_over: ShareView;
  first_response: SpreadView;
  first_answer: SpreadView;
  wait: SpreadView;
  service_level: ShareView;
  abandoned: ShareView;
  handle: SpreadView;
  resolution: SpreadView;
  first_contact: ShareView;
  transfers: number;
  csat_mean_x100: number | null;
  satisfied: ShareView;
  asked: number;
  bot_messages: number;
  agent_messages: number;
}

export interface ReportGroup {
  key: string | null;
  name: string;
  figures: FiguresView;
}

export interface ReportView {
  from: number;
  to: number;
  time_zone: string;
  service_target_ms: number;
  follow_up_ms: number;
  total: FiguresView;
  groups: ReportGroup[];
  heat: number[][];
}

export interface EpisodeView {
  conversation_id: string;
  number: number;
  contact_id: string;
  inbox_id: string;
  agent_id: string | null;
  team_id: string | null;
  intent: string | null;
  handoff: string | null;
  opened_at: number;
  queued_at: number | null;
  owned_at: number | null;
  agent_replied_at: number | null;
  resolved_at: number | null;
  waited_ms: number;
  held_ms: number;
  transfers: number;
  csat: number | null;
}
