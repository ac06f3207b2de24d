// What this feature reads. The stream keeps the results fresh; nothing here polls except the counters, slowly.
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type {
  AssignmentView,
  ContactView,
  ConversationCounts,
  ConversationView,
  MessagePage,
  Page,
  PageVisit,
  RevisionView,
} from '@qingniao/shared/api';
import { api, path } from '../../../api';
import type { ListQuery } from '../model/buckets';
import { movesWithTime } from '../model/filter';
import { mergeLatest, type Thread } from '../model/thread';
import { keys } from './keys';

/** Kept by the stream, so reading again on every mount would be waste. */
const LIVE_MS = 5 * 60_000;
const LIST_PAGE = 50;
export const THREAD_PAGE = 50;

export function useConversationList(query: ListQuery) {
  return useInfiniteQuery({
    queryKey: keys.list(query),
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ConversationView>>('/conversations', { ...asked(query), cursor: pageParam, limit: LIST_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: LIVE_MS,
    enabled: query.saved === null || query.filter !== null,
    refetchInterval: query.filter !== null && movesWithTime(query.filter) ? 60_000 : false,
  });
}

function asked({ saved, filter, ...query }: ListQuery) {
  if (saved !== null) return { filter: JSON.stringify(filter), sort: query.sort };
  return { ...query, q: query.q.trim() };
}

export const MY_LIST: ListQuery = {
  bucket: 'active',
  view: 'mine',
  sort: 'recent',
  q: '',
  inbox_id: null,
  team_id: null,
  label: null,
  saved: null,
  filter: null,
};

/** The list the title badge counts; the same the page opens with. */
export function useMyConversations() {
  return useConversationList(MY_LIST);
}

/** Conversations somebody wants to hand to this person, newest offer first. */
export function useOffers(): ConversationView[] {
  const { data } = useQuery({
    queryKey: keys.offers,
    queryFn: async ({ signal }) => {
      const answer = await api.get<Page<ConversationView>>('/conversations/offers', undefined, signal);
      return answer.items;
    },
    staleTime: LIVE_MS,
  });
  return data ?? NO_OFFERS;
}

const NO_OFFERS: ConversationView[] = [];

export function useCounts() {
  return useQuery({
    queryKey: keys.counts,
    queryFn: ({ signal }) => api.get<ConversationCounts>('/conversations/counts', undefined, signal),
    staleTime: LIVE_MS,
    refetchInterval: 60_000,
  });
}

export function conversationQuery(id: string) {
  return {
    queryKey: keys.one(id),
    queryFn: ({ signal }: { signal: AbortSignal }) => api.get<ConversationView>(path('/conversations/{}', id), undefined, signal),
    staleTime: LIVE_MS,
  };
}

export function useConversation(id: string | null) {
  return useQuery({ ...conversationQuery(id ?? ''), enabled: id !== null });
}

export function fetchMessages(
  id: string,
  query: { before_seq?: number; after_seq?: number; limit?: number },
  signal?: AbortSignal,
): Promise<MessagePage> {
  return api.get<MessagePage>(path('/conversations/{}/messages', id), query, signal);
}

export function threadQuery(client: QueryClient, id: string) {
  return {
    queryKey: keys.thread(id),
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      const page = await fetchMessages(id, { limit: THREAD_PAGE }, signal);
      // What the stream added while the page was under way must not be lost.
      return mergeLatest(client.getQueryData<Thread>(keys.thread(id)), page);
    },
    staleTime: LIVE_MS,
  };
}

export function useThread(id: string) {
  return useQuery(threadQuery(useQueryClient(), id));
}

/** Read again whenever the conversation has changed hands or state. */
/** While it waits the router may say anew why nobody could take it, which is no commit of the conversation. */
const WAITING_LOOK_MS = 5_000;

export function useAssignments({ id, version, owner }: ConversationView) {
  return useQuery({
    queryKey: [...keys.assignments(id), version],
    placeholderData: keepPreviousData,
    refetchInterval: owner.kind === 'queue' ? WAITING_LOOK_MS : false,
    queryFn: async ({ signal }) => {
      const answer = await api.get<Page<AssignmentView>>(
        path('/conversations/{}/assignments', id),
        undefined,
        signal,
      );
      return answer.items;
    },
  });
}

export function useContact(id: string) {
  return useQuery({
    queryKey: ['contacts', 'one', id],
    queryFn: ({ signal }) => api.get<ContactView>(path('/contacts/{}', id), undefined, signal),
    staleTime: 60_000,
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

export function useContactPages(contactId: string, enabled: boolean) {
  return useQuery({
    queryKey: ['contacts', 'pages', contactId],
    queryFn: async ({ signal }) => {
      const answer = await api.get<Page<PageVisit>>(path('/contacts/{}/pages', contactId), undefined, signal);
      return answer.items;
    },
    enabled,
    refetchInterval: enabled ? 60_000 : false,
  });
}

export function useRevisions(conversationId: string, messageId: string | null) {
  return useQuery({
    queryKey: ['conversations', 'revisions', conversationId, messageId],
    queryFn: async ({ signal }) => {
      const answer = await api.get<Page<RevisionView>>(
        path('/conversations/{}/messages/{}/revisions', conversationId, messageId ?? ''),
        undefined,
        signal,
      );
      return answer.items;
    },
    enabled: messageId !== null,
  });
}
