import { useInfiniteQuery } from '@tanstack/react-query';
import type { Page, TimelineItem } from '@qingniao/shared/api';
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
