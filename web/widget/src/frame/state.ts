// Everything the screen depends on, and its first value. Changed only by the controller in chat.ts.

import type { Item } from '../lib/outbox';
import type { Link } from '../lib/stream';
import { browserLanguage } from './i18n';
import type { Attachment, Config, Conversation, Language, Message } from './types';

export interface Upload {
  id: string;
  name: string;
  size: number;
  /** 0 to 1 */
  progress: number;
  state: 'uploading' | 'done' | 'failed';
  /** Why it failed; `final`: the same file will fail again. */
  problem?: string;
  final?: boolean;
  attachment?: Attachment;
  /** blob: address of an image */
  preview?: string;
}

export type View = { kind: 'thread' } | { kind: 'leave'; closed: boolean } | { kind: 'article'; id: string; title: string; url: string; quotes?: string[] };

export interface State {
  phase: 'idle' | 'starting' | 'ready' | 'refused';
  problem: string;
  language: Language;
  config: Config | null;
  contact: { id: string; name: string; identified: boolean } | null;
  conversation: Conversation | null;
  messages: Message[];
  moreBefore: boolean;
  loadingBefore: boolean;
  readSeq: number;
  outbox: Item[];
  /** Messages left (client_msg_id) that the server has, to be confirmed on the screen. */
  left: string[];
  uploads: Upload[];
  link: Link;
  typing: string | null;
  open: boolean;
  sheet: boolean;
  view: View;
  /** Within business hours. */
  hours: boolean;
  /** When people answer again, while they do not. */
  opensAt: number | null;
}

export function firstState(): State {
  return {
    phase: 'idle',
    problem: '',
    language: browserLanguage(),
    config: null,
    contact: null,
    conversation: null,
    messages: [],
    moreBefore: false,
    loadingBefore: false,
    readSeq: 0,
    outbox: [],
    left: [],
    uploads: [],
    link: 'connecting',
    typing: null,
    open: false,
    sheet: false,
    view: { kind: 'thread' },
    hours: true,
    opensAt: null,
  };
}

/** What a company picked for this language, or for the other one. */
export function picked(config: Config | null, name: 'title' | 'greeting' | 'ai_mark', language: Language): string {
  if (!config) return '';
  const [first, second] = language === 'en' ? (['en', 'zh'] as const) : (['zh', 'en'] as const);
  return config[`${name}_${first}`] || config[`${name}_${second}`];
}

export function suggestions(config: Config | null, language: Language): string[] {
  return !config ? [] : language === 'en' ? config.suggestions_en : config.suggestions_zh;
}
