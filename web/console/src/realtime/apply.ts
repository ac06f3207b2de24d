// Takes one entry of the stream into the caches and says what in it deserves a person's attention.
import type { QueryClient } from '@tanstack/react-query';
import type { ConversationView, MeView, MessageView, StreamEntry, UserView } from '@qingniao/shared/api';
import { refreshResource } from '../api';
import type { PresenceBoard } from '@qingniao/shared/presence';
import { ME } from '../app/session';
import { knownConversation, putConversation, putMessageInCache } from '../features/conversations/api/cache';
import { keys } from '../features/conversations/api/keys';
import { bucketOf } from '../features/conversations/model/buckets';
import { BOARD, WRAP_UPS } from './board';
import type { Ephemeral } from './frames';

/** What may ring: decided here, shown by one tab. */
export type Notice =
  | { kind: 'message'; conversation: ConversationView; message: MessageView }
  | { kind: 'mention'; conversation: ConversationView; message: MessageView }
  | { kind: 'sla'; conversation: ConversationView; message: MessageView }
  | { kind: 'queued' | 'assigned' | 'transfer' | 'offer' | 'invited'; conversation: ConversationView };

export function applyEntry(client: QueryClient, entry: StreamEntry, me: string): Notice[] {
  const notices: Notice[] = [];
  // Taking a conversation oneself is no news to oneself.
  const assigned = entry.changes.some(
    (change) => change.type === 'message.created' && change.message.content.activity?.key === 'assigned',
  );
  let conversation: ConversationView | null = null;
  for (const change of entry.changes) {
    switch (change.type) {
      case 'conversation.created':
      case 'conversation.updated': {
        conversation = change.conversation;
        const before = putConversation(client, conversation, me, change.type === 'conversation.created');
        const notice = noticeOf(before, conversation, me, { at: entry.at, assigned });
        if (notice !== null) notices.push(notice);
        break;
      }
      case 'message.created':
      case 'message.updated':
        putMessageInCache(client, change.message);
        break;
      case 'resource.changed':
        void refreshResource(client, change.resource);
        break;
    }
  }
  for (const change of entry.changes) {
    if (change.type !== 'message.created') continue;
    const { message } = change;
    const own = message.author.id === me;
    if (message.kind === 'incoming') {
      const desk = deskOf(client, message, conversation);
      if (desk !== null && (isMine(desk, me) || desk.participants.includes(me))) notices.push({ kind: 'message', conversation: desk, message });
    } else if (conversation !== null && !own && message.content.mentions?.includes(me)) {
      void client.invalidateQueries({ queryKey: keys.mentions });
      notices.push({ kind: 'mention', conversation, message });
    } else if (conversation !== null && !own && message.content.activity?.key === 'invited' && conversation.participants.at(-1) === me) {
      notices.push({ kind: 'invited', conversation });
    } else if (conversation !== null && rings(message, conversation, me, client.getQueryData<MeView>(ME)?.user.role)) {
      notices.push({ kind: 'sla', conversation, message });
    }
  }
  return notices;
}

const PARTS_DEEP_MAX = 10;

/** Where the message is worked on: in the conversation it was split off to, and in the whole of what is a part. */
function deskOf(client: QueryClient, message: MessageView, written: ConversationView | null): ConversationView | null {
  let desk = message.content.case === undefined ? written : knownConversation(client, message.content.case);
  for (let deep = 0; deep < PARTS_DEEP_MAX && desk !== null && desk.merged_into !== null; deep++) desk = knownConversation(client, desk.merged_into);
  return desk;
}

/** A mark of a service level was passed, and the policy says that this person is to be told. */
function rings(message: MessageView, c: ConversationView, me: string, role: string | undefined): boolean {
  const activity = message.content.activity;
  if (activity?.key !== 'sla_warned' && activity?.key !== 'sla_breached') return false;
  const actions: unknown = activity.params?.actions;
  const asks = (action: string): boolean => Array.isArray(actions) && actions.includes(action);
  const supervises = role === 'supervisor' || role === 'admin';
  return (asks('notify_owner') && isMine(c, me)) || (asks('notify_supervisors') && supervises);
}

function isMine(c: ConversationView, me: string): boolean {
  return c.owner.kind === 'agent' && c.owner.agent_id === me;
}

/** A conversation never seen before may have been there all along: only what happened just now rings. */
const JUST_NOW_MS = 5_000;

function noticeOf(before: ConversationView | null, after: ConversationView, me: string, entry: { at: number; assigned: boolean }): Notice | null {
  if (after.transfer?.to === me && before?.transfer?.at !== after.transfer.at) return { kind: 'transfer', conversation: after };
  if (after.offer?.to === me && before?.offer?.at !== after.offer.at) return { kind: 'offer', conversation: after };
  if (before !== null && before.version >= after.version) return null;
  if (entry.assigned && isMine(after, me)) return { kind: 'assigned', conversation: after };
  const queuedNow = bucketOf(after) === 'queued' && entry.at - (after.queued_at ?? 0) < JUST_NOW_MS;
  if (queuedNow && before?.queued_at !== after.queued_at) return { kind: 'queued', conversation: after };
  return null;
}

export function applyPresence(client: QueryClient, frame: Extract<Ephemeral, { type: 'presence' }>): void {
  const { user_id, state, reason, since } = frame;
  client.setQueryData<PresenceBoard>(BOARD, (old) =>
    old && { ...old, people: [...old.people.filter((person) => person.user_id !== user_id), { user_id, state, reason, since }] },
  );
  if (client.getQueryData<MeView>(ME)?.user.id === user_id) void client.invalidateQueries({ queryKey: WRAP_UPS });
  client.setQueryData<UserView[]>(['users', 'all'], (old) =>
    old?.map((user) =>
      user.id === frame.user_id ? { ...user, presence: frame.presence, connected: frame.connected } : user,
    ),
  );
  // One's own, changed in another window or by another program.
  client.setQueryData<MeView>(ME, (old) =>
    old?.user.id === frame.user_id ? { ...old, user: { ...old.user, presence: frame.presence, connected: frame.connected } } : old,
  );
}
