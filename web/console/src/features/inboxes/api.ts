import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChannelHealthView, ChannelKindView, ChannelTestView, Page, SecretView, SetAsideMailView } from '@qingniao/shared/api';
import { api, listAll, path } from '../../api';

const HEALTH_MS = 10_000;

/** Shows the secret, or makes a new one, after which the inbox has a new version. */
export function inboxSecret(inboxId: string, rotate: boolean): Promise<SecretView> {
  return api.post<SecretView>(path('/inboxes/{}/secret', inboxId), undefined, { query: { rotate } });
}

/** What channels there are; the same as long as the server runs. */
export function useChannelKinds() {
  return useQuery({ queryKey: ['channel-kinds'], queryFn: () => listAll<ChannelKindView>('/channel-kinds'), staleTime: Infinity });
}

export function useHealth(inboxId: string) {
  return useQuery({
    queryKey: ['inbox-health', inboxId],
    queryFn: ({ signal }) => api.get<ChannelHealthView>(path('/inboxes/{}/health', inboxId), undefined, signal),
    refetchInterval: HEALTH_MS,
  });
}

/** Mails of a mailbox that became no message, the newest first, page by page. */
export function useSetAside(inboxId: string) {
  return useInfiniteQuery({
    queryKey: ['inbox-set-aside', inboxId],
    queryFn: ({ pageParam, signal }) => api.get<Page<SetAsideMailView>>(path('/inboxes/{}/mails-set-aside', inboxId), { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: HEALTH_MS,
  });
}

export function useChannelTest(inboxId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<ChannelTestView>(path('/inboxes/{}/test', inboxId)),
    onSettled: () => client.invalidateQueries({ queryKey: ['inbox-health', inboxId] }),
  });
}

export function useRetryStuck(inboxId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<{ revived: number }>(path('/inboxes/{}/retry-events', inboxId)),
    onSettled: () => client.invalidateQueries({ queryKey: ['inbox-health', inboxId] }),
  });
}
