// Saved views and how many conversations each holds. Counts move with every change the stream brings, as far as it can be told
// here, and are read again now and then.
import { useMemo } from 'react';
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { ConversationFilter, ConversationView, InboxView, Page, SavedView, UserView, ViewCount } from '@qingniao/shared/api';
import { api, useAll } from '../../../api';
import { EVERYTHING, judge, type Known } from '../model/filter';

const COUNTS = ['views', 'counts'] as const;
/** The server counts no further. */
export const COUNT_MAX = 100;

/** What everybody has: conversations with them beside the owner, and notes that name them. */
export const WITH_ME = 'with_me';
export const MENTIONS = 'mentions';
export const BUILT_IN: ReadonlyMap<string, ConversationFilter> = new Map([
  [MENTIONS, { ...EVERYTHING, mentions_me: true }],
  [WITH_ME, { ...EVERYTHING, with_me: true, statuses: ['open', 'pending', 'snoozed'] }],
]);

const NO_VIEWS: SavedView[] = [];

export function useViews(): { views: SavedView[]; isPending: boolean } {
  const { data, isPending } = useAll<SavedView>('views');
  return { views: data ?? NO_VIEWS, isPending };
}

export function useViewCounts(): ReadonlyMap<string, number | null> {
  const { data } = useQuery({
    queryKey: COUNTS,
    queryFn: async ({ signal }) => (await api.get<Page<ViewCount>>('/views/counts', undefined, signal)).items,
    refetchInterval: 60_000,
  });
  return useMemo(() => new Map((data ?? []).map((one) => [one.id, one.count])), [data]);
}

export function useViewActions() {
  const client = useQueryClient();
  return useMemo(
    () => ({
      pin: async (ids: string[]): Promise<void> => {
        const answer = await api.put<Page<SavedView>>('/views/pinned', { ids });
        client.setQueryData<SavedView[]>(['views', 'all', {}], answer.items);
        await client.invalidateQueries({ queryKey: COUNTS });
      },
    }),
    [client],
  );
}

/** What the caches know of people and inboxes. */
export function knownOf(client: QueryClient): Known {
  const users = client.getQueryData<UserView[]>(['users', 'all', {}]);
  const inboxes = client.getQueryData<InboxView[]>(['inboxes', 'all', {}]);
  return {
    now: Date.now(),
    channelOf: (id) => inboxes?.find((inbox) => inbox.id === id)?.channel,
    teamsOf: (id) => users?.find((user) => user.id === id)?.team_ids,
  };
}

/** False when a count is not certain any more. */
export function recountViews(client: QueryClient, before: ConversationView | null, after: ConversationView, me: string, known: Known): boolean {
  const views = client.getQueryData<SavedView[]>(['views', 'all', {}]) ?? NO_VIEWS;
  const counts = client.getQueryData<ViewCount[]>(COUNTS);
  if (counts === undefined) return true;
  let certain = true;
  const next = counts.map((one) => {
    const filter = BUILT_IN.get(one.id) ?? views.find((view) => view.id === one.id)?.filter;
    if (filter === undefined || one.count === null) return one;
    const was = before === null || before.status === 'resolved' ? 'out' : judge(before, filter, me, known);
    const is = after.status === 'resolved' ? 'out' : judge(after, filter, me, known);
    if (was === is) return one;
    if (was === 'unknown' || is === 'unknown' || one.count >= COUNT_MAX) {
      certain = false;
      return one;
    }
    return { ...one, count: Math.max(0, one.count + (is === 'in' ? 1 : -1)) };
  });
  client.setQueryData<ViewCount[]>(COUNTS, next);
  return certain;
}
