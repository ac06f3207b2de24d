// From messages to what a thread shows: days, groups of one author, the unread line, what is still being sent. Pure.
import type { ChannelKind, ConversationView, DeliveryState, MessageView } from '@qingniao/shared/api';
import type { OutboxItem } from './outbox';
import type { CaseMessage, CaseThread } from './case';
import type { Thread } from './thread';

export type ThreadRow =
  | { kind: 'older'; key: string }
  | { kind: 'start'; key: string; at: number }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string }
  | { kind: 'activity'; key: string; message: MessageView }
  /** `first` opens a group of one author and shows who. */
  | { kind: 'message'; key: string; message: CaseMessage; first: boolean }
  /** Messages that are worked on in another conversation, as one line. */
  | { kind: 'split'; key: string; to: string; messages: CaseMessage[] }
  | { kind: 'pending'; key: string; item: OutboxItem; first: boolean };

/** A pause after which the author's name is shown again. */
const GROUP_MS = 5 * 60_000;

export interface RowsInput {
  thread: CaseThread;
  pending: OutboxItem[];
  /** The first message the person had not seen when they came. */
  unreadSeq: number | null;
  dayOf(at: number): string;
}

export function buildRows({ thread, pending, unreadSeq, dayOf }: RowsInput): ThreadRow[] {
  const rows: ThreadRow[] = [];
  const first = thread.items[0];
  if (thread.hasMoreBefore) rows.push({ kind: 'older', key: 'older' });
  else if (first !== undefined) rows.push({ kind: 'start', key: 'start', at: first.created_at });

  let day = '';
  let previous: MessageView | null = null;
  const sent = new Set<string>();
  for (const message of thread.items) {
    if (message.client_msg_id !== null) sent.add(message.client_msg_id);
    const own = dayOf(message.created_at);
    if (own !== day) {
      rows.push({ kind: 'day', key: `day-${own}`, at: message.created_at });
      previous = null;
    }
    day = own;
    if (message.seq === unreadSeq) {
      rows.push({ kind: 'unread', key: 'unread' });
      previous = null;
    }
    // A message sent from here keeps the key it had while it was under way, so that its row stays the same row.
    if (message.splitTo !== undefined) {
      const above = rows[rows.length - 1];
      if (above?.kind === 'split' && above.to === message.splitTo) above.messages.push(message);
      else rows.push({ kind: 'split', key: `split-${message.id}`, to: message.splitTo, messages: [message] });
      previous = null;
      continue;
    }
    const key = message.kind !== 'incoming' && message.client_msg_id !== null ? message.client_msg_id : message.id;
    if (message.kind === 'activity') {
      rows.push({ kind: 'activity', key, message });
      previous = null;
      continue;
    }
    rows.push({ kind: 'message', key, message, first: previous === null || !continues(previous, message) });
    previous = message;
  }

  let lastPending: OutboxItem | null = null;
  for (const item of pending) {
    if (sent.has(item.id)) continue;
    rows.push({ kind: 'pending', key: item.id, item, first: lastPending === null || lastPending.kind !== item.kind });
    lastPending = item;
  }
  return rows;
}

function continues(previous: MessageView, next: MessageView): boolean {
  return (
    previous.kind === next.kind &&
    previous.conversation_id === next.conversation_id &&
    previous.author.kind === next.author.kind &&
    previous.author.id === next.author.id &&
    next.created_at - previous.created_at < GROUP_MS
  );
}

/** How far a message of ours has come; "read" is known from where the customer has read to. */
export function deliveryOf(message: CaseMessage, c: ConversationView): DeliveryState {
  const seq = message.wireSeq ?? message.seq;
  if (message.state === 'failed' || message.state === 'queued') return message.state;
  if (message.conversation_id !== c.id) return message.state;
  if (seq <= c.contact_read_seq) return 'read';
  if (seq <= c.contact_delivered_seq && message.state === 'sent') return 'delivered';
  return message.state;
}

/** From which `seq` on the owner has seen nothing; null when they have seen all there is. */
export function unreadFrom(c: ConversationView): number | null {
  return c.unread > 0 ? c.agent_read_seq + 1 : null;
}

/** Whether the unread begin above what is loaded, so that nobody can tell yet which message is the first. */
export function unreadBeginsAbove(from: number | null, thread: Thread): boolean {
  const first = thread.items[0];
  return from !== null && thread.hasMoreBefore && first !== undefined && first.seq > from;
}

/** The first incoming message the owner has not seen, once it is loaded. */
export function firstUnread(from: number | null, thread: Thread): number | null {
  if (from === null || unreadBeginsAbove(from, thread)) return null;
  return thread.items.find((message) => message.kind === 'incoming' && message.seq >= from)?.seq ?? null;
}

/** One's own message may be taken back this long. */
export const RECALL_WINDOW_MS = 2 * 60_000;

/** The customer reads our own log there: what changes in it changes before their eyes. */
const READ_HERE: readonly ChannelKind[] = ['web', 'mobile'];

/** These platforms take back what they delivered. */
const TAKE_BACK: readonly ChannelKind[] = ['telegram', 'feishu'];

export function canRecall(message: MessageView, me: string, now: number, channel: ChannelKind = 'web'): boolean {
  const back = isHere(message, channel) || (TAKE_BACK.includes(channel) && message.state !== 'failed');
  return isOwn(message, me) && now - message.created_at < RECALL_WINDOW_MS && back;
}

export function canEdit(message: MessageView, me: string, channel: ChannelKind = 'web'): boolean {
  return isOwn(message, me) && message.content.text !== '' && isHere(message, channel);
}

/** It has not left, or never does. */
function isHere(message: MessageView, channel: ChannelKind): boolean {
  return READ_HERE.includes(channel) || message.kind !== 'outgoing' || message.state === 'queued';
}

function isOwn(message: MessageView, me: string): boolean {
  const written = message.kind === 'outgoing' || message.kind === 'note';
  return written && message.author.kind === 'agent' && message.author.id === me && message.recalled_at === null;
}
