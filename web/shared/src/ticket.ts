// Tickets. Names as in the OpenAPI document; times are epoch milliseconds.

import type { SlaDue } from './api.ts';

export type TicketState = 'open' | 'working' | 'waiting' | 'solved' | 'closed';
export type TicketPriority = 'low' | 'normal' | 'high' | 'urgent';

export interface TicketActorView {
  kind: 'person' | 'flow' | 'system';
  id: string;
  name: string;
}

export interface TicketView {
  id: string;
  number: number;
  kind: string;
  title: string;
  text: string;
  fields: Record<string, unknown>;
  state: TicketState;
  priority: TicketPriority;
  team_id: string | null;
  assignee_id: string | null;
  contact_id: string | null;
  run_id: string | null;
  due_at: number | null;
  /** What a service level promises; empty where none does or somebody said when it is due. */
  sla: SlaDue[];
  overdue: boolean;
  opened_by: TicketActorView;
  solved_at: number | null;
  version: number;
  created_at: number;
  updated_at: number;
}

/** Tickets that are not over: one's own, and those of one's teams that are nobody's. */
export interface TicketCounts {
  mine: number;
  team_unassigned: number;
}

export interface TicketDetail {
  ticket: TicketView;
  conversation_ids: string[];
}

export interface TicketEventView {
  seq: number;
  what: 'opened' | 'changed' | 'noted' | 'linked' | 'unlinked' | 'warned' | 'breached';
  changed: Record<string, unknown>;
  note: string;
  by: TicketActorView;
  at: number;
}

export interface TicketFieldView {
  name: string;
  zh: string;
  en: string;
  kind: 'text' | 'number' | 'boolean' | 'choice';
  required: boolean;
  choices: string[];
}

export interface TicketKindView {
  id: string;
  name_zh: string;
  name_en: string;
  fields: TicketFieldView[];
  due_ms: number | null;
  /** Comes with the product; when removed it comes back as it was. */
  built_in: boolean;
  version: number;
}
