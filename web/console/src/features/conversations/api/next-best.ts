// What to do next in a conversation: read again with every message, and by the minute, because a question grows old without one.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ConversationView, NextBestStep, NextBestView } from '@qingniao/shared/api';
import { api, path } from '../../../api';

const AGAIN_MS = 60_000;

/** `last` is the newest message of the case, which may stand in another thread. */
export function useNextBest(c: ConversationView, last: string): NextBestStep[] {
  const found = useQuery({
    queryKey: ['next-best', c.id, c.last_seq, last, c.status, c.owner.kind],
    queryFn: ({ signal }) => api.get<NextBestView>(path('/conversations/{}/next-best', c.id), undefined, signal),
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
    retry: false,
  });
  return found.data?.steps ?? [];
}
