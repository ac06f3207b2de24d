import { describe, expect, it } from 'vitest';
import { activityLine, applyChanges, merge, newer, unreadCount } from './thread';
import type { Conversation, Message } from './types';

const message = (id: string, seq: number, more: Partial<Message> = {}): Message => ({
  id, conversation_id: 'cnv_a', seq, kind: 'outgoing', author: { kind: 'bot', name: '' }, content: { text: id, format: 'text' }, state: 'sent', created_at: seq, ...more,
});
const conversation = (version: number, more: Partial<Conversation> = {}): Conversation => ({
  id: 'cnv_a', version, status: 'open', owner_kind: 'bot', contact_read_seq: 0, agent_read_seq: 0, last_seq: 0, csat_given: false, ...more,
});

describe('the thread', () => {
  it('keeps each message once, in order, with its latest telling', () => {
    const first = merge([], [message('b', 2), message('a', 1)]);
    const again = merge(first, [message('b', 2, { recalled_at: 9 }), message('z', 1, { conversation_id: 'cnv_b' })]);
    expect(again.map((one) => one.id)).toEqual(['a', 'b', 'z']);
    expect(again[1]!.recalled_at).toBe(9);
  });
  it('never goes back to an older telling of the conversation', () => {
    expect(newer(conversation(5), conversation(4))!.version).toBe(5);
    expect(newer(conversation(5), conversation(6))!.version).toBe(6);
    expect(newer(conversation(5), conversation(1, { id: 'cnv_b' }))!.id).toBe('cnv_b');
    expect(newer(conversation(5, { id: 'cnv_b' }), conversation(9))!.id).toBe('cnv_b');
  });
  it('tells what newly arrived, not what was already there', () => {
    const told = applyChanges([message('a', 1)], null, [
      { type: 'message.created', message: message('a', 1) },
      { type: 'message.created', message: message('b', 2) },
      { type: 'message.created', message: message('c', 3, { kind: 'incoming' }) },
      { type: 'conversation.updated', conversation: conversation(2) },
      { type: 'something.new' },
    ]);
    expect(told.arrived.map((one) => one.id)).toEqual(['b']);
    expect(told.messages).toHaveLength(3);
    expect(told.conversation!.version).toBe(2);
  });
  it('counts unread messages of the present conversation', () => {
    const list = [message('a', 1), message('b', 2), message('c', 3, { kind: 'incoming' }), message('d', 4, { recalled_at: 1 }), message('x', 9, { conversation_id: 'cnv_0' })];
    expect(unreadCount(list, conversation(1), 0)).toBe(2);
    expect(unreadCount(list, conversation(1, { contact_read_seq: 1 }), 0)).toBe(1);
    expect(unreadCount(list, conversation(1), 4)).toBe(0);
    expect(unreadCount(list, null, 0)).toBe(0);
  });
  it('shows only what concerns the customer', () => {
    const act = (key: string, params = {}) => activityLine(message('a', 1, { kind: 'activity', content: { text: '', format: 'text', activity: { key, params } } }));
    expect(act('claimed', { agent: '小李' })).toEqual({ key: 'joined', name: '小李' });
    expect(act('labels_changed')).toBeNull();
    expect(act('claimed', { agent: { evil: 1 } })).toEqual({ key: 'joined', name: '' });
  });
});
