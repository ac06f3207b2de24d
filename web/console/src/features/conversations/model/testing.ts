// Makers of test values, used by tests only.
import type { ConversationView, MessageView } from '@qingniao/shared/api';

export function makeConversation(over: Partial<ConversationView> = {}): ConversationView {
  return {
    id: 'cnv_1',
    inbox_id: 'inb_1',
    contact: { id: 'con_1', name: '王芳', language: 'zh-CN', email: null, phone: null, tier: null },
    version: 1,
    status: 'open',
    owner: { kind: 'bot' },
    language: 'zh-CN',
    last_seq: 1,
    last_text: '',
    last_message_at: 0,
    waiting_since: null,
    queued_at: null,
    snoozed_until: null,
    resolved_at: null,
    last_agent_id: null,
    unread: 0,
    agent_read_seq: 0,
    contact_read_seq: 0,
    contact_delivered_seq: 0,
    labels: [],
    bot: { misses: 0, shown: [], asked: [], muted: false },
    handoff: null,
    transfer: null,
    offer: null,
    csat: null,
    page: null,
    sla: [],
    compensation: [],
    merged_into: null,
    split_from: null,
    mood: null,
    participants: [],
    created_at: 0,
    updated_at: 0,
    ...over,
  };
}

export function makeMessage(seq: number, over: Partial<MessageView> = {}): MessageView {
  return {
    id: `msg_${seq}`,
    conversation_id: 'cnv_1',
    seq,
    kind: 'incoming',
    author: { kind: 'contact', id: 'con_1', name: '王芳' },
    content: { text: `第 ${seq} 句`, format: 'text' },
    reply_to: null,
    client_msg_id: null,
    state: 'sent',
    state_reason: null,
    created_at: seq * 1000,
    edited_at: null,
    recalled_at: null,
    ...over,
  };
}
