// What a person can do to a conversation. Every deed answers with the new state, which goes straight into the caches;
// the stream then says the same and changes nothing.
import { useCallback, useMemo } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ConversationView, MessageView, Priority } from '@qingniao/shared/api';
import type { TieView } from '@qingniao/shared/tie';
import { api, ApiError, path, request } from '../../../api';
import { useSession } from '../../../app/session';
import { toast } from '../../../ui';
import { keys } from './keys';
import { knownConversation, putConversation, putMessageInCache } from './cache';

export type Deed =
  | { do: 'claim' | 'resolve' | 'reopen' | 'pend' | 'wake' | 'return-to-bot' }
  | { do: 'transfer/accept' | 'transfer/decline' | 'offer/accept' | 'offer/decline' }
  | { do: 'snooze'; until: number }
  | { do: 'transfer'; to_agent_id: string; note: string; reason: string | null }
  | { do: 'transfer'; to_team_id: string; note: string; reason: string | null }
  | { do: 'labels'; labels: string[] }
  | { do: 'priority'; priority: Priority }
  | { do: 'begin-flow'; flow_id: string; message_id: string | null };

export type TieDeed =
  | { do: 'merge'; id: string; into: string }
  | { do: 'link'; id: string; to: string }
  | { do: 'split'; id: string; messages: string[]; team_id?: string }
  | { do: 'undo'; tie: string };

export interface ConversationActions {
  /** Resolves to null, with the reason shown, when the server refused. */
  act(id: string, deed: Deed): Promise<ConversationView | null>;
  /** Throws the reason instead of showing it, for dialogs. */
  mustAct(id: string, deed: Deed): Promise<ConversationView>;
  markRead(id: string, seq: number): void;
  silenceBot(id: string): Promise<void>;
  /** Ties and takes ties back. Throws the reason. */
  tie(deed: TieDeed): Promise<TieView>;
  invite(id: string, userId: string): Promise<void>;
  /** Oneself, or a colleague who was asked in. */
  leave(id: string, userId: string): Promise<void>;
  start(contactId: string, inboxId: string, text: string): Promise<ConversationView>;
  edit(message: MessageView, text: string): Promise<void>;
  recall(message: MessageView): Promise<void>;
  retryDelivery(message: MessageView): Promise<void>;
}

export function useConversationActions(): ConversationActions {
  const client = useQueryClient();
  const me = useSession().user.id;

  const mustAct = useCallback(
    async (id: string, deed: Deed): Promise<ConversationView> => {
      const { do: verb, ...body } = deed;
      try {
        const after = await api.post<ConversationView>(path(`/conversations/{}/${verb}`, id), body);
        putConversation(client, after, me);
        return after;
      } catch (error) {
        // Somebody was faster: show what is true now.
        if (error instanceof ApiError && error.status === 409) void client.invalidateQueries({ queryKey: keys.one(id) });
        throw error;
      }
    },
    [client, me],
  );

  return useMemo(() => {
    const message = (id: string, messageId: string, tail: string): string =>
      path(`/conversations/{}/messages/{}${tail}`, id, messageId);
    return {
      mustAct,
      act: async (id, deed) => {
        try {
          return await mustAct(id, deed);
        } catch (error) {
          toast.error(error instanceof Error ? error.message : String(error));
          return null;
        }
      },
      markRead: (id, place) => {
        const known = knownConversation(client, id);
        if (known !== null && known.agent_read_seq >= place) return;
        // Messages of other threads stand between the conversation's own.
        const seq = Math.floor(place);
        api
          .post<ConversationView | undefined>(path('/conversations/{}/read', id), { seq })
          .then((after) => {
            if (after !== undefined) putConversation(client, after, me);
          })
          .catch(() => undefined);
      },
      tie: async (deed) => {
        if (deed.do === 'undo') return api.post<TieView>(path('/conversation-ties/{}/undo', deed.tie));
        const { do: verb, id, ...body } = deed;
        return api.post<TieView>(path(`/conversations/{}/${verb}`, id), body);
      },
      silenceBot: (id) => api.post<void>(path('/conversations/{}/keystroke', id)),
      invite: async (id, user_id) => void putConversation(client, await api.post<ConversationView>(path('/conversations/{}/participants', id), { user_id }), me),
      leave: async (id, userId) =>
        void putConversation(client, await request<ConversationView>('DELETE', path('/conversations/{}/participants/{}', id, userId)), me),
      start: async (contact_id, inbox_id, text) => {
        const made = await api.create<ConversationView>('/conversations', { contact_id, inbox_id, text });
        putConversation(client, made, me, true);
        return made;
      },
      edit: async (m, text) => putMessageInCache(client, await api.patch<MessageView>(message(m.conversation_id, m.id, ''), { text })),
      recall: async (m) => putMessageInCache(client, await api.post<MessageView>(message(m.conversation_id, m.id, '/recall'))),
      retryDelivery: async (m) => putMessageInCache(client, await api.post<MessageView>(message(m.conversation_id, m.id, '/retry'))),
    };
  }, [client, me, mustAct]);
}
