// The server's views as a visitor sees them.

export type Language = 'zh-CN' | 'en';

export interface Config {
  inbox_key: string;
  title_zh: string;
  title_en: string;
  greeting_zh: string;
  greeting_en: string;
  suggestions_zh: string[];
  suggestions_en: string[];
  color: string;
  position: string;
  ai_mark_zh: string;
  ai_mark_en: string;
  csat: boolean;
  open: boolean;
  opens_at: number | null;
  require_identity: boolean;
  device_links: boolean;
}

export interface Queue {
  position: number;
  expected_wait_ms: number | null;
  /** Nine of ten wait no longer. */
  likely_max_ms: number | null;
}

export interface Conversation {
  id: string;
  version: number;
  status: 'open' | 'pending' | 'snoozed' | 'resolved';
  owner_kind: 'bot' | 'queue' | 'agent';
  agent_name?: string | null;
  queue?: Queue | null;
  contact_read_seq: number;
  agent_read_seq: number;
  last_seq: number;
  csat_given: boolean;
}

export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  size_bytes: number;
  url?: string;
}

export type Button = { label: string } & ({ action: 'reply'; text: string } | { action: 'handoff' } | { action: 'link'; url: string });

export interface Content {
  text: string;
  format: 'text' | 'markdown';
  attachments?: Attachment[];
  buttons?: Button[];
  cards?: Array<{ title: string; text?: string; url?: string | null }>;
  citations?: Array<{ article_id: string; title: string; url: string; quotes?: string[] }>;
  ai?: boolean;
  activity?: { key: string; params?: Record<string, unknown> };
}

export interface Message {
  id: string;
  conversation_id: string;
  seq: number;
  kind: 'incoming' | 'outgoing' | 'activity';
  author: { kind: 'contact' | 'agent' | 'bot' | 'system'; id?: string | null; name: string };
  content: Content;
  reply_to?: string | null;
  client_msg_id?: string | null;
  state: 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
  created_at: number;
  edited_at?: number | null;
  recalled_at?: number | null;
}

export interface Boot {
  visitor_token: string;
  expires_at: number;
  contact: { id: string; name: string; identified: boolean };
  config: Config;
  conversation: Conversation | null;
  messages: Message[];
}

export interface Change {
  type: string;
  message?: Message;
  conversation?: Conversation;
}
