// The shapes of /api/v1 as people see them. Names equal the schema names of the OpenAPI document.
// Times are epoch milliseconds. Nothing here runs. `conformance.ts` proves that they fit the OpenAPI document.
import type { MailView } from './mail.ts';

export type Language = 'zh-CN' | 'en';
export type Role = 'agent' | 'supervisor' | 'admin';
export type Presence = 'online' | 'busy' | 'offline';
export type Priority = 'low' | 'normal' | 'high' | 'urgent';
export type Status = 'open' | 'pending' | 'snoozed' | 'resolved';
export type ChannelKind =
  | 'web' | 'api' | 'wechat_official' | 'wechat_mini_program' | 'wecom_kf' | 'dingtalk' | 'feishu'
  | 'telegram' | 'whatsapp' | 'line' | 'sms' | 'smpp' | 'email' | 'mobile';
export type ArticleState = 'draft' | 'published' | 'archived';
export type MessageKind = 'incoming' | 'outgoing' | 'note' | 'activity';
export type AuthorKind = 'contact' | 'agent' | 'bot' | 'system';
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
export type Evidence = 'anonymous' | 'claimed' | 'channel' | 'verified';
export type EffectState = 'pending' | 'leased' | 'done' | 'dead';
export type EffectKind =
  | 'channel_deliver'
  | 'report_mail'
  | 'notice_mail'
  | 'code_send'
  | 'webhook_send'
  | 'conversation_wake'
  | 'transfer_expire'
  | 'sla_due'
  | 'ticket_due'
  | 'offer_expire'
  | 'handoff_summary'
  | 'flow_start'
  | 'flow_reply'
  | 'flow_cancel'
  | 'flow_correct'
  | 'flow_withdraw'
  | 'flow_silence'
  | 'flow_ended';
export type Scope = 'read' | 'write' | 'admin';
export type AttributeValue = string | number | boolean | null;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface FieldProblem {
  field: string;
  message: string;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  request_id: string;
  errors?: FieldProblem[];
}

export interface UserView {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: Language;
  capacity: number;
  presence: Presence;
  connected: boolean;
  team_ids: string[];
  must_change_password: boolean;
  disabled: boolean;
  /** Another program's account. */
  service: boolean;
  version: number;
  /** Open conversations owned. */
  load: number;
  created_at: number;
}

export interface TenantView {
  id: string;
  name: string;
  language: Language;
  time_zone: string;
}

export interface ServerView {
  version: string;
  demo: boolean;
  time: number;
  /** Languages messages can be translated into; empty where nobody translates. */
  translates_into: string[];
}

export interface MeView {
  user: UserView;
  tenant: TenantView;
  server: ServerView;
}

/** The answer to creating a user or resetting a password: the only time the password is shown; absent in a replay. */
export interface UserCreated extends UserView {
  password?: string;
}

export interface TeamView {
  id: string;
  name: string;
  version: number;
  created_at: number;
}

/** One thing a canned response does besides its words. */
export type MacroStep =
  | { do: 'add_labels' | 'remove_labels'; labels: string[] }
  | { do: 'note'; text: string }
  | { do: 'pend' | 'resolve' }
  | { do: 'snooze'; minutes: number }
  | { do: 'to_team'; team_id: string };

export interface CannedResponseView {
  id: string;
  shortcut: string;
  text: string;
  actions: MacroStep[];
  version: number;
  created_at: number;
}

export interface LabelView {
  id: string;
  name: string;
  color: string;
  version: number;
  created_at: number;
}

export interface TokenView {
  id: string;
  /** Whom it acts as. */
  user_id: string;
  service: boolean;
  name: string;
  scopes: Scope[];
  expires_at: number | null;
  last_used_at: number | null;
  version: number;
  created_at: number;
}

/** `secret` is in the answer to the creation only; absent in a replay. */
export interface TokenCreated extends TokenView {
  secret?: string;
}

// ── conversations ───────────────────────────────────────────────────────────────────────────────

export interface Owner {
  kind: 'bot' | 'queue' | 'agent';
  team_id?: string | null;
  agent_id?: string | null;
}

export interface ContactSummary {
  id: string;
  name: string;
  language: Language | null;
  email: string | null;
  phone: string | null;
  tier: string | null;
}

export interface BotState {
  misses: number;
  shown: string[];
  asked: string[];
  muted: boolean;
}

export type HandoffReason = 'customer_asked' | 'two_misses' | 'bot_off' | 'bot_failed' | 'agent_took_over' | 'intent' | 'flow' | 'flow_failed' | 'people_first' | 'answered_often';

export interface HandoffPacket {
  reason: HandoffReason;
  summary: string;
  asked: string[];
  shown: string[];
  language: Language;
  wish: string;
  at: number;
}

export interface TransferOffer {
  from: string;
  to: string;
  note: string;
  at: number;
}

export interface Csat {
  score: number;
  comment: string;
  at: number;
}

export interface PageVisit {
  url: string;
  title: string;
  at?: number;
}

export interface TimelineItem {
  subject: string;
  conversation: ConversationView;
}

export interface ConversationView {
  id: string;
  inbox_id: string;
  contact: ContactSummary;
  version: number;
  status: Status;
  owner: Owner;
  language: Language;
  last_seq: number;
  last_text: string;
  last_message_at: number;
  waiting_since: number | null;
  queued_at: number | null;
  snoozed_until: number | null;
  resolved_at: number | null;
  last_agent_id: string | null;
  unread: number;
  agent_read_seq: number;
  contact_read_seq: number;
  contact_delivered_seq: number;
  labels: string[];
  priority: Priority;
  bot: BotState;
  handoff: HandoffPacket | null;
  transfer: TransferOffer | null;
  /** Whom the router asks to take it, while it waits. */
  offer: RoutedOffer | null;
  csat: Csat | null;
  page: PageVisit | null;
  sla: SlaDue[];
  /** What rules offer the customer to make up. */
  compensation: CompensationView[];
  /** It is a part of this conversation, which is worked on in its place. */
  merged_into: string | null;
  /** It was split off this conversation, in whose thread its words are written. */
  split_from: string | null;
  /** How the customer felt last; null where nothing was read. */
  intent: string | null;
  mood: string | null;
  mood_percent: number;
  mood_worse: boolean | null;
  /** Colleagues who answer beside the owner. */
  participants: string[];
  created_at: number;
  updated_at: number;
}

/** The policy's name for it, such as `goodwill`, and the rule that said so. */
export interface CompensationView {
  name: string;
  rule: string;
  at: number;
}

/** What somebody who asked for work got; null when nothing waits. */
export interface TakenNext {
  conversation: ConversationView | null;
}

export interface RoutedOffer {
  to: string;
  at: number;
  until: number;
}

export interface SlaDue {
  metric: string;
  due_at: number | null;
  warn_at: number | null;
  breached: boolean;
  paused: boolean;
  done_at: number | null;
}

export interface ConversationCounts {
  mine: number;
  unassigned: number;
  all: number;
  active: number;
  queued: number;
  bot: number;
  resolved: number;
  snoozed: number;
}

export interface Author {
  kind: AuthorKind;
  id: string | null;
  name: string;
}

export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  size_bytes: number;
}

export interface AttachmentView extends Attachment {
  url: string;
}

export type Button = { label: string } & (
  | { action: 'reply'; text: string }
  | { action: 'handoff' }
  | { action: 'link'; url: string }
);

export interface Card {
  title: string;
  text: string;
  url?: string | null;
}

export interface Citation {
  article_id: string;
  title: string;
  /** Empty for what is not for everyone. */
  url: string;
  /** The sentences of the article that answered. */
  quotes?: string[];
}

export type ActivityKey =
  | 'queued'
  | 'assigned'
  | 'claimed'
  | 'transfer_offered'
  | 'taken_over'
  | 'invited'
  | 'left'
  | 'transfer_accepted'
  | 'transfer_declined'
  | 'offered'
  | 'offer_declined'
  | 'offer_missed'
  | 'transferred_to_team'
  | 'bot_silenced'
  | 'returned_to_bot'
  | 'resolved'
  | 'reopened'
  | 'pending'
  | 'snoozed'
  | 'woken'
  | 'labels_changed'
  | 'priority_changed'
  | 'csat_given'
  | 'released'
  | 'leave_message'
  | 'files_lost'
  | 'auto_answered'
  | 'answered_often'
  | 'continued'
  | 'sla_warned'
  | 'sla_breached'
  | 'compensation_offered'
  | 'flow_begun'
  | 'flow_waits'
  | 'flow_decided'
  | 'flow_ended'
  | 'ticket_opened'
  | 'flow_unsaid'
  | 'linked'
  | 'unlinked'
  | 'merged'
  | 'unmerged'
  | 'split'
  | 'unsplit';

export interface Activity {
  key: ActivityKey;
  params: Record<string, unknown>;
  public: boolean;
}

export interface Content {
  text: string;
  format: 'text' | 'markdown';
  attachments?: AttachmentView[];
  buttons?: Button[];
  cards?: Card[];
  citations?: Citation[];
  ai?: boolean;
  activity?: Activity;
  mail?: MailView;
  /** The conversation it is worked on in, which was split off the one whose thread it stands in. */
  case?: string;
  /** The platform's approved template that the text fills in. */
  template?: string;
  /** Ids of colleagues that a note names. */
  mentions?: string[];
  /** Asks how the service was, or answers it. */
  rating?: boolean;
}

export interface MessageView {
  id: string;
  conversation_id: string;
  seq: number;
  kind: MessageKind;
  author: Author;
  content: Content;
  reply_to: string | null;
  client_msg_id: string | null;
  state: DeliveryState;
  state_reason: string | null;
  created_at: number;
  edited_at: number | null;
  recalled_at: number | null;
  trace?: Record<string, unknown> | null;
}

export interface MessagePage {
  items: MessageView[];
  has_more_before: boolean;
  has_more_after: boolean;
}

export interface RevisionView {
  message_id: string;
  content: Content;
  replaced_at: number;
  replaced_by: Author;
}

export interface AssignmentView {
  agent_id: string | null;
  team_id: string | null;
  explanation: Record<string, unknown>;
  at: number;
}

export interface SearchHit {
  kind: 'conversation' | 'contact' | 'article' | 'message';
  id: string;
  conversation_id?: string | null;
  title: string;
  snippet: string;
  at: number;
}

// ── contacts ────────────────────────────────────────────────────────────────────────────────────

export interface IdentityView {
  id: string;
  inbox_id: string;
  channel: ChannelKind;
  external_id: string;
  evidence: Evidence;
  created_at: number;
}

export interface ContactView {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  language: Language | null;
  attributes: Record<string, AttributeValue>;
  blocked: boolean;
  version: number;
  created_at: number;
  last_seen_at: number;
  identities: IdentityView[];
}

export * from './approval.ts';
export * from './assist.ts';
export * from './bulk.ts';
export * from './connectors.ts';
export * from './flow.ts';
export * from './library.ts';
export * from './mail.ts';
export * from './oversight.ts';
export * from './reports.ts';
export * from './settings.ts';
export * from './understanding.ts';
export * from './view.ts';
export type { Change, ClientFrame, ServerFrame, StreamEntry } from './stream.ts';
