// What a customer's contacts said elsewhere; read by what is loaded late.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ConversationView, Page, TimelineItem } from '@qingniao/shared/api';
import { api, path } from '../../../api';
import { keys } from './keys';

/** A person's conversations over all channels, newest first. */
export function useTimeline(contactId: string) {
  return useInfiniteQuery({
    queryKey: [...keys.ofContact(contactId), 'timeline'],
    queryFn: ({ signal, pageParam }) => api.get<Page<TimelineItem>>(path('/contacts/{}/timeline', contactId), { cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 30_000,
  });
}

export function useContactConversations(contactId: string) {
  return useQuery({
    queryKey: keys.ofContact(contactId),
    queryFn: async ({ signal }) => {
      const answer = await api.get<Page<ConversationView>>(
        path('/contacts/{}/conversations', contactId),
        { limit: 20, linked: true },
        signal,
      );
      return answer.items;
    },
    staleTime: 30_000,
  });
}
