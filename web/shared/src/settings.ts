// Settings objects of /api/v1: inboxes, knowledge, webhooks, effects, the overview. Exported again by api.ts.
import type { ArticleState, Button, ChannelKind, Citation, EffectKind, EffectState, Language } from './api.ts';

// ── the language model ─────────────────────────────────────────────────────────────────────────

/** Money in hundredths of the operator's currency; a limit of 0 is none. */
export interface LlmLimitsView {
  /** Null: no model is configured. */
  model: string | null;
  has_price: boolean;
  month_tokens: number;
  month_cents: number;
  /** What the operator allows each company. */
  month_tokens_max: number;
  month_cents_max: number;
  spent_tokens: number;
  spent_cents: number;
  calls: number;
  used_up: boolean;
  /** 0: nothing was chosen yet. */
  version: number;
}

// ── inboxes ─────────────────────────────────────────────────────────────────────────────────────

/** Minutes since midnight, `[from, to)`. */
export type HourRange = [number, number];

export interface BusinessHours {
  always_open: boolean;
  /** Monday first. */
  days: { ranges: HourRange[] }[];
}

export interface WidgetSettings {
  title_zh: string;
  title_en: string;
  greeting_zh: string;
  greeting_en: string;
  suggestions_zh: string[];
  suggestions_en: string[];
  color: string;
  position: string;
  allowed_domains: string[];
  allow_webview: boolean;
  require_identity: boolean;
  ai_mark_zh: string;
  ai_mark_en: string;
  csat: boolean;
  csat_by_message: boolean;
  device_links: boolean;
}

export interface InboxView {
  id: string;
  name: string;
  channel: ChannelKind;
  key: string;
  team_id: string | null;
  bot_enabled: boolean;
  language: Language;
  hours: BusinessHours;
  widget: WidgetSettings;
  channel_settings: Record<string, unknown>;
  /** Credentials that are set; they are never shown. */
  secrets_set: string[];
  /** Where the platform calls; null where nobody does. */
  webhook_url: string | null;
  reopen_window_ms: number;
  version: number;
  created_at: number;
}

/** A kind of channel that inboxes can be made of. */
export interface ChannelKindView {
  kind: ChannelKind;
  /** JSON Schema; titles in both languages under `x-i18n`, `x-secret` on what is never shown again. */
  settings_schema: Record<string, unknown>;
  is_called: boolean;
  has_windows: boolean;
}

/** What last went wrong on one side of a channel. */
export interface ChannelErrorView {
  side: string;
  error: string;
  text: string;
  at: number;
}

export interface ChannelHealthView {
  received: number;
  refused: number;
  sent: number;
  failed: number;
  last_received_at: number | null;
  last_sent_at: number | null;
  last_error_at: number | null;
  last_error_side: string | null;
  last_error: string | null;
  last_error_text: string | null;
  /** The last one of each side, the newest first. */
  errors: ChannelErrorView[];
  waiting: number;
  stuck: number;
}

export interface ChannelTestView {
  outcome: 'works' | 'partly' | 'fails' | 'untestable';
  reason: string | null;
  reason_text: string | null;
}

/** How an uploaded file would leave in a conversation. */
export interface FileWayView {
  attachment_id: string;
  /** False: the customer gets a link to it. */
  as_file: boolean;
  /** Up to which size the channel takes such a file; null: none of this kind, or however large it is. */
  max_bytes: number | null;
}

/** How much may still be said before the customer writes again. */
export interface ReplyWindowView {
  limited: boolean;
  open: boolean;
  left: number | null;
  closes_at: number | null;
  opened_by: string[];
  /** Approved templates that may be sent when it is closed. */
  templates: string[];
  /** Who else has the platform's own session with the customer: `held`, `queued` or `ended`. */
  session: string | null;
  /** Nothing is delivered but what the bot says in the answer to the platform's own call. */
  only_in_call: boolean;
  /** What is left of the messages that a month holds there. */
  month: MonthlyQuotaView | null;
}

export interface MonthlyQuotaView {
  limit: number;
  used: number;
}

export interface SecretView {
  secret: string;
}

// ── knowledge ───────────────────────────────────────────────────────────────────────────────────

export type ArticleAudience = 'everyone' | 'signed_in' | 'tiers' | 'staff';

/** Who may read an article, on which days, and which products it is about. */
export interface ArticleScope {
  audience: ArticleAudience;
  tiers: string[];
  /** Days such as `2026-11-30`, by the company's clock. */
  valid_from: string | null;
  valid_until: string | null;
  /** SKUs. */
  products: string[];
}

/** An article as readers see it; the HTML is sanitised. */
export interface PublicArticle {
  title: string;
  html: string;
  language: Language;
}

export interface ArticleView {
  id: string;
  language: Language;
  title: string;
  questions: string[];
  body: string;
  category: string;
  state: ArticleState;
  scope: ArticleScope;
  /** Id of the flow that the answer offers to begin. */
  next_flow: string | null;
  version: number;
  updated_by: string | null;
  created_at: number;
  updated_at: number;
}

/** A category that articles are of. */
export interface ArticleCategory {
  name: string;
  /** Texts of it, each language counted. */
  articles: number;
  /** Id of the flow that answers from its articles offer to begin, where they name none of their own. */
  next_flow: string | null;
}

export interface SaveArticleCategory {
  /** Empty for none. */
  next_flow: string;
}

export interface ArticleTranslations {
  id: string;
  translations: ArticleView[];
}

export interface ArticleRevisionView {
  article_id: string;
  language: Language;
  version: number;
  title: string;
  questions: string[];
  body: string;
  state: ArticleState;
  /** With `scope` null in a version from before they were kept. */
  category: string | null;
  scope: ArticleScope | null;
  next_flow: string | null;
  updated_by: string | null;
  at: number;
}

export interface ArticlePreview {
  html: string;
}

export interface AskCandidate {
  article_id: string;
  title: string;
  score: number;
}

export type AskDecision = 'answer' | 'ask_back' | 'suggest' | 'miss' | 'handoff' | 'small_talk';

/** What the bot would answer, and why. */
export interface AskView {
  decision: AskDecision;
  /** The passage that would be quoted; empty when none would. */
  text: string;
  /** Confidence in the best candidate, 0 to 1. */
  score: number | null;
  threshold: number | null;
  citations: Citation[];
  buttons: Button[];
  candidates: AskCandidate[];
}

// ── catalogue ───────────────────────────────────────────────────────────────────────────────────

/** A form of a product, sold by itself. */
export interface ProductVariant {
  sku: string;
  /** `color`, `size`, `storage`, `spec` or names of the company's own; `color_en` is what English readers see. */
  options: Record<string, string>;
  price_cents: number;
  stock: number;
}

export interface ProductView {
  id: string;
  sku: string;
  name_zh: string;
  name_en: string;
  category: string;
  /** 100 = 1 yuan. */
  price_cents: number;
  stock: number;
  attributes: Record<string, unknown>;
  accessories: string[];
  variants: ProductVariant[];
  version: number;
  created_at: number;
}

export interface ProductCategory {
  /** As products name it. */
  name: string;
  products: number;
  /** What it is called. */
  title_zh: string;
  title_en: string;
  /** What the company says; empty where it says nothing. */
  own_zh: string;
  own_en: string;
}

export interface TitleCategory {
  zh?: string;
  en?: string;
}

export interface WrongRow {
  /** As a spreadsheet numbers it. */
  line: number;
  column: string;
  zh: string;
  en: string;
}

export interface ProductsImported {
  added: number;
  changed: number;
  unchanged: number;
  written: boolean;
  wrong: WrongRow[];
}

// ── operations ──────────────────────────────────────────────────────────────────────────────────

/** Nothing is sent although the endpoint is enabled; `reason` is a stable word such as `address_blocked`. */
export interface WebhookPauseView {
  at: number;
  reason: string;
}

export interface WebhookView {
  id: string;
  url: string;
  events: string[];
  enabled: boolean;
  paused: WebhookPauseView | null;
  version: number;
  created_at: number;
}

/** `secret` is in the answer to the creation only; absent in a replay. */
export interface WebhookCreated extends WebhookView {
  secret?: string;
}

export interface WebhookDeliveryView {
  effect_id: string;
  webhook_id: string;
  event_type: string;
  state: EffectState;
  attempts: number;
  next_attempt_at: number;
  last_error: string | null;
  created_at: number;
}

export interface EffectView {
  id: string;
  kind: EffectKind;
  key: string;
  payload: Record<string, unknown>;
  state: EffectState;
  attempts: number;
  due_at: number;
  last_error: string | null;
  created_at: number;
}

export interface OverviewView {
  now: number;
  waiting: number;
  longest_wait_ms: number | null;
  agents: { online: number; busy: number; offline: number };
  active: number;
  today: {
    conversations: number;
    incoming: number;
    /** By people and the bot. */
    outgoing: number;
    bot_messages: number;
    resolved: number;
    bot_resolved: number;
    bot_resolved_share: number | null;
    handoffs: number;
    /** What became of the answers offered to agents. */
    suggestions: { accepted: number; edited: number; ignored: number; used_share: number | null };
  };
  series: { at: number; incoming: number; outgoing: number }[];
  /** Null when no text encoder is configured and the live intents need none. */
  encoder: { configured: string | null; problem: 'unusable' | 'other' | 'untrained' | null; detail: string } | null;
  /** Null when no language model is configured. */
  llm: {
    model: string;
    problem: string | null;
    /** Used today. */
    tokens: number;
    cents: number;
    calls: number;
    /** Of a day; 0 means no limit. */
    tokens_max: number;
    cents_max: number;
    used_up: boolean;
  } | null;
}
