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
  after_work: SpreadView;
  handle_all: SpreadView;
  resolution: SpreadView;
  first_contact: ShareView;
  transfers: number;
  /** By the reason's key; those without one are the rest. */
  transfer_reasons: Record<string, number>;
  csat_mean_x100: number | null;
  satisfied: ShareView;
  asked: number;
  bot_messages: number;
  agent_messages: number;
  reviewed: number;
  /** 0 to 10,000. */
  quality_mean_x100: number | null;
  fatal: ShareView;
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
  quality_x100: number | null;
}

/** How evenly work fell on the people of a team. */
export interface FairnessView {
  /** Null: everybody. */
  team_id: string | null;
  name: string;
  /** Null: nothing to compare. */
  gini_x1000: number | null;
  /** The busiest first. */
  people: HandledView[];
}

export interface HandledView {
  user_id: string;
  name: string;
  handled: number;
  online_ms: number;
}

export type ReportBy = 'agent' | 'team' | 'inbox' | 'channel' | 'intent' | 'language' | 'handoff' | 'wrap_up' | 'day' | 'week' | 'month' | 'hour';
export type ReportRange = 'day' | 'week' | 'month';

/** What is sent by mail: the last day, week or month that is over. */
export interface ReportLetter {
  name: string;
  inbox_id: string;
  range: ReportRange;
  by: ReportBy;
  only_inbox_id: string | null;
  only_team_id: string | null;
  only_agent_id: string | null;
  recipient_ids: string[];
  /** 1 to 7 from Monday after a week, 1 to 28 after a month. */
  day: number;
  /** Of the day, in the company's time zone. */
  minute: number;
  language: 'zh-CN' | 'en';
  active: boolean;
}

export interface ReportScheduleView {
  id: string;
  letter: ReportLetter;
  next_at: number;
  created_by: string;
  created_at: number;
  version: number;
  sent_at: number | null;
  failed_at: number | null;
  error: string | null;
  failures: number;
}
