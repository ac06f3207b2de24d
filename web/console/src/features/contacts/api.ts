import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ConversationView, Page, PageVisit } from '@qingniao/shared/api';
import { api, path } from '../../api';

export function useContactConversations(contactId: string) {
  return useInfiniteQuery({
    queryKey: ['contacts', 'conversations', contactId],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ConversationView>>(path('/contacts/{}/conversations', contactId), { cursor: pageParam, limit: 20 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function useContactPages(contactId: string) {
  return useQuery({
    queryKey: ['contacts', 'visited', contactId],
    queryFn: async ({ signal }) => (await api.get<Page<PageVisit>>(path('/contacts/{}/pages', contactId), undefined, signal)).items,
  });
}

export function startConversation(contactId: string, inboxId: string, text: string, key: string): Promise<ConversationView> {
  return api.create<ConversationView>('/conversations', { contact_id: contactId, inbox_id: inboxId, text }, key);
}
