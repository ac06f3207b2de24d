import { beforeEach, describe, expect, it } from 'vitest';
import { QueryClient } from '@tanstack/react-query';
import type { Change, ConversationCounts, ConversationView, StreamEntry } from '@qingniao/shared/api';
import { keys } from '../features/conversations/api/keys';
import { EVERYTHING } from '../features/conversations/model/filter';
import { START } from '../features/conversations/model/view-state';
import { rowsOf, type ListData } from '../features/conversations/model/lists';
import { makeConversation, makeMessage } from '../features/conversations/model/testing';
import type { Thread } from '../features/conversations/model/thread';
import { ME as SESSION } from '../app/session';
import type { PresenceBoard } from '@qingniao/shared/presence';
import { applyEntry, applyPresence } from './apply';
import { BOARD } from './board';

const ME = 'me';
const AT = 1_000_000;
const queued = (over: Partial<ConversationView> = {}) =>
  makeConversation({ owner: { kind: 'queue' }, queued_at: AT, ...over });
const owned = (over: Partial<ConversationView> = {}) => makeConversation({ owner: { kind: 'agent', agent_id: ME }, ...over });
const entry = (...changes: Change[]): StreamEntry => ({ type: 'entry', seq: 1, conversation_id: 'cnv_1', version: 1, at: AT, changes });
const updated = (conversation: ConversationView): Change => ({ type: 'conversation.updated', conversation });

describe('applyEntry', () => {
  let client: QueryClient;
  beforeEach(() => {
    client = new QueryClient();
    client.setQueryData<ListData>(keys.list(START), { pages: [{ items: [], next_cursor: null }], pageParams: [null] });
    client.setQueryData<ListData>(keys.list({ ...START, bucket: 'queued', view: 'all' }), {
      pages: [{ items: [queued()], next_cursor: null }],
      pageParams: [null],
    });
    client.setQueryData<ConversationCounts>(keys.counts, {
      mine: 0, unassigned: 1, all: 1, active: 0, queued: 1, bot: 0, resolved: 0, snoozed: 0,
    });
  });
  const idsIn = (bucket: 'active' | 'queued') =>
    rowsOf(client.getQueryData<ListData>(keys.list(bucket === 'active' ? START : { ...START, bucket, view: 'all' }))).map((row) => row.id);

  it('moves a conversation between lists and counts it once, however often it is told', () => {
    const change = updated(owned({ version: 2 }));
    applyEntry(client, entry(change), ME);
    applyEntry(client, entry(change), ME);
    expect(idsIn('active')).toEqual(['cnv_1']);
    expect(idsIn('queued')).toEqual([]);
    expect(client.getQueryData(keys.counts)).toMatchObject({ mine: 1, queued: 0, active: 1, unassigned: 0, all: 1 });
  });

  it('adds messages to threads that are open, and leaves others to be fetched', () => {
    client.setQueryData<Thread>(keys.thread('cnv_1'), { items: [makeMessage(1)], hasMoreBefore: false });
    applyEntry(client, entry({ type: 'message.created', message: makeMessage(2) }), ME);
    applyEntry(client, entry({ type: 'message.created', message: makeMessage(2, { conversation_id: 'cnv_2' }) }), ME);
    expect(client.getQueryData<Thread>(keys.thread('cnv_1'))?.items).toHaveLength(2);
    expect(client.getQueryData(keys.thread('cnv_2'))).toBeUndefined();
  });

  it('tells whom a service level names: the owner, or those who supervise', () => {
    const line = (actions: string[]): Change => ({
      type: 'message.created',
      message: makeMessage(2, {
        kind: 'activity',
        author: { kind: 'system', id: null, name: '' },
        content: { text: '', format: 'text', activity: { key: 'sla_breached', params: { metric: 'first_response', percent: 100, actions }, public: false } },
      }),
    });
    const rung = (role: string, owner: ConversationView, actions: string[]) => {
      client.setQueryData(SESSION, { user: { id: ME, role } });
      return applyEntry(client, entry(updated(owner), line(actions)), ME).filter((notice) => notice.kind === 'sla').length;
    };
    expect(rung('agent', owned({ version: 2 }), ['notify_owner'])).toBe(1);
    expect(rung('agent', owned({ version: 3 }), ['notify_supervisors'])).toBe(0);
    expect(rung('supervisor', queued({ version: 4 }), ['notify_supervisors'])).toBe(1);
    expect(rung('supervisor', queued({ version: 5 }), ['notify_owner', 'webhook'])).toBe(0);
  });

  it('rings for what the router gives, not for what one takes oneself', () => {
    const activity = (key: 'assigned' | 'claimed'): Change => ({
      type: 'message.created',
      message: makeMessage(2, { kind: 'activity', content: { text: '', format: 'text', activity: { key, params: {}, public: false } } }),
    });
    const kinds = (...changes: Change[]) => applyEntry(client, entry(...changes), ME).map((notice) => notice.kind);
    expect(kinds(activity('claimed'), updated(owned({ version: 2 })))).toEqual([]);
    expect(kinds(activity('assigned'), updated(owned({ version: 3 })))).toEqual(['assigned']);
    expect(kinds({ type: 'message.created', message: makeMessage(3) }, updated(owned({ version: 4 })))).toEqual(['message']);
    expect(kinds(updated(queued({ id: 'cnv_9', version: 2 })))).toEqual(['queued']);
    expect(kinds(updated(queued({ id: 'cnv_8', version: 2, queued_at: 5 })))).toEqual([]);
  });

  it('rings where a message is worked on: in the whole of a part, in the case it was split off to', () => {
    client.setQueryData(keys.one('cnv_w'), owned({ id: 'cnv_w' }));
    const mine = (message: ReturnType<typeof makeMessage>, over: Partial<ConversationView>) =>
      applyEntry(client, entry({ type: 'message.created', message }, updated(makeConversation({ version: 9, ...over }))), ME).map((notice) => notice.conversation.id);
    expect(mine(makeMessage(5), { status: 'resolved', merged_into: 'cnv_w' })).toEqual(['cnv_w']);
    const split = makeMessage(6, { content: { text: '发票', format: 'text', case: 'cnv_w' } });
    expect(mine(split, { owner: { kind: 'agent', agent_id: 'somebody' } })).toEqual(['cnv_w']);
    expect(mine(makeMessage(7), { merged_into: 'cnv_unknown' })).toEqual([]);
  });

  it('rings for a note that names one, and for being asked in, not for what one does oneself', () => {
    const note = (author: string): Change => ({
      type: 'message.created',
      message: makeMessage(2, { kind: 'note', author: { kind: 'agent', id: author, name: '周明' }, content: { text: '@我', format: 'text', mentions: [ME] } }),
    });
    const invited = (author: string): Change => ({
      type: 'message.created',
      message: makeMessage(3, {
        kind: 'activity',
        author: { kind: 'agent', id: author, name: '周明' },
        content: { text: '', format: 'text', activity: { key: 'invited', params: {}, public: false } },
      }),
    });
    const kinds = (...changes: Change[]) => applyEntry(client, entry(...changes), ME).map((notice) => notice.kind);
    const theirs = (version: number) => makeConversation({ owner: { kind: 'agent', agent_id: 'you' }, participants: [ME], version });
    expect(kinds(note('you'), updated(theirs(2)))).toEqual(['mention']);
    expect(kinds(note(ME), updated(theirs(3)))).toEqual([]);
    expect(kinds(invited('you'), updated(theirs(4)))).toEqual(['invited']);
    expect(kinds(invited(ME), updated(theirs(5)))).toEqual([]);
    expect(kinds({ type: 'message.created', message: makeMessage(4) }, updated(theirs(6)))).toEqual(['message']);
  });

  it('counts views as conversations come and go, as far as it can tell', () => {
    client.setQueryData(['views', 'all', {}], [{ id: 'viw_1', filter: { ...EVERYTHING, owners: ['me'] } }]);
    client.setQueryData(keys.viewCounts, [{ id: 'with_me', count: 0 }, { id: 'viw_1', count: 4 }, { id: 'viw_gone', count: 9 }]);
    const counts = () => client.getQueryData<{ count: number }[]>(keys.viewCounts)?.map((one) => one.count);
    applyEntry(client, entry(updated(owned({ version: 2, participants: [ME] }))), ME);
    expect(counts()).toEqual([1, 5, 9]);
    applyEntry(client, entry(updated(owned({ version: 3, status: 'resolved' }))), ME);
    expect(counts()).toEqual([0, 4, 9]);
  });

  it('shows a presence of one\'s own that was changed elsewhere', () => {
    client.setQueryData(SESSION, { user: { id: ME, presence: 'online', connected: true } });
    client.setQueryData<PresenceBoard>(BOARD, { people: [{ user_id: ME, state: 'online', reason: null, since: 1 }], reasons: [] });
    applyPresence(client, { type: 'presence', user_id: ME, presence: 'busy', connected: true, state: 'busy', reason: 'lunch', since: 5 });
    applyPresence(client, { type: 'presence', user_id: 'somebody', presence: 'offline', connected: false, state: 'offline', reason: null, since: 6 });
    expect(client.getQueryData(SESSION)).toMatchObject({ user: { presence: 'busy', connected: true } });
    expect(client.getQueryData<PresenceBoard>(BOARD)?.people).toEqual([
      { user_id: ME, state: 'busy', reason: 'lunch', since: 5 },
      { user_id: 'somebody', state: 'offline', reason: null, since: 6 },
    ]);
  });
});
