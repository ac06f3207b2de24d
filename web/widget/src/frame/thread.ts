// The pure part of the app's state: merging what the server tells into what is shown.

import type { Change, Conversation, Message } from './types';

/** Conversations in the order they began (ids sort by time), messages by `seq`; each once, the latest telling wins. */
export function merge(have: Message[], come: Message[]): Message[] {
  if (!come.length) return have;
  const byId = new Map(have.map((message) => [message.id, message]));
  for (const message of come) byId.set(message.id, message);
  return Array.from(byId.values()).sort((a, b) => (a.conversation_id === b.conversation_id ? a.seq - b.seq : a.conversation_id < b.conversation_id ? -1 : 1));
}

/** The newer of two tellings of the visitor's conversation. */
export function newer(have: Conversation | null, come: Conversation | null | undefined): Conversation | null {
  if (!come) return have;
  if (!have || come.id > have.id) return come;
  return come.id === have.id && come.version >= have.version ? come : have;
}

export interface Told {
  messages: Message[];
  conversation: Conversation | null;
  /** Messages to the visitor that were not there before. */
  arrived: Message[];
}

export function applyChanges(messages: Message[], conversation: Conversation | null, changes: Change[]): Told {
  const come: Message[] = [];
  for (const change of changes) {
    if (change.message && change.type.indexOf('message.') === 0) come.push(change.message);
    if (change.conversation && change.type.indexOf('conversation.') === 0) conversation = newer(conversation, change.conversation);
  }
  const known = new Set(messages.map((message) => message.id));
  return { messages: merge(messages, come), conversation, arrived: come.filter((message) => message.kind === 'outgoing' && !known.has(message.id)) };
}

export function unreadCount(messages: Message[], conversation: Conversation | null, readSeq: number): number {
  if (!conversation) return 0;
  const from = Math.max(readSeq, conversation.contact_read_seq);
  return messages.filter((one) => one.conversation_id === conversation.id && one.kind === 'outgoing' && !one.recalled_at && one.seq > from).length;
}

/** What the visitor sees of a change of the conversation; null = nothing. Others are the company's own affair. */
export type Line = { key: 'queued' | 'queuedClosed' | 'resolved' | 'reopened' } | { key: 'joined'; name: string };

export function activityLine(message: Message): Line | null {
  const activity = message.content.activity;
  if (!activity) return null;
  const { key, params } = activity;
  switch (key) {
    case 'queued':
      return { key: (params || {}).closed === true ? 'queuedClosed' : 'queued' };
    case 'resolved':
    case 'reopened':
      return { key };
    case 'assigned':
    case 'claimed':
    case 'taken_over':
    case 'bot_silenced':
    case 'transfer_accepted': {
      const name = (params || {}).agent;
      return { key: 'joined', name: typeof name === 'string' ? name : '' };
    }
    default:
      return null;
  }
}
