// The thread of a case, kept by the stream like any other: the threads it is made of are read, and made one.
import { useCallback, useMemo, useRef, useState } from 'react';
import { keepPreviousData, useQueries, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { ConversationView, MessageView } from '@qingniao/shared/api';
import type { TieView, TiesView } from '@qingniao/shared/tie';
import { api, path } from '../../../api';
import { behind, compose, membersOf, threadsOf, type CaseInput, type CaseThread } from '../model/case';
import { prependPage, type Thread } from '../model/thread';
import { keys } from './keys';
import { fetchMessages, THREAD_PAGE, threadQuery, conversationQuery } from './queries';
import type { History } from './history';

const TIE_LINES = ['linked', 'unlinked', 'merged', 'unmerged', 'split', 'unsplit'];
const NONE: TiesView = { ties: [], conversations: [], borrowed: [] };
/** How far a search for one message goes back. */
const SEARCH_PAGES_MAX = 25;
const SEARCH_PAGE = 200;

export interface Case {
  thread: CaseThread;
  history: History;
  ties: readonly TieView[];
  /** The conversations that the case is made of or tied to, as they are now. */
  conversations: ReadonlyMap<string, ConversationView>;
  /** Those whose channels an answer may take: the case itself and its parts. */
  wires: ConversationView[];
}

export function useTies(id: string, thread: Thread | undefined): TiesView {
  // Every tie and every undoing is a line of the thread.
  const last = (thread?.items ?? []).filter((message) => TIE_LINES.includes(message.content.activity?.key ?? '')).pop()?.id ?? '';
  const { data } = useQuery({
    queryKey: [...keys.ties(id), last],
    queryFn: ({ signal }) => api.get<TiesView>(path('/conversations/{}/ties', id), undefined, signal),
    placeholderData: keepPreviousData,
  });
  return data ?? NONE;
}

export function useCase(conversation: ConversationView, own: Thread): Case {
  const client = useQueryClient();
  const { id } = conversation;
  const { ties, conversations: known, borrowed } = useTies(id, own);
  const others = useMemo(() => threadsOf(id, ties), [id, ties]);
  const threads = useQueries({
    queries: others.map((other) => threadQuery(client, other)),
    combine: useCallback((results: { data: Thread | undefined }[]) => new Map(others.flatMap((one, i) => (results[i]?.data ? [[one, results[i].data] as const] : []))), [others]),
  });
  const states = useQueries({
    queries: others.map((other) => conversationQuery(other)),
    combine: useCallback((results: { data: ConversationView | undefined }[]) => results.map((result) => result.data), []),
  });
  const thread = useMemo(() => compose({ id, own, threads, ties, borrowed }), [id, own, threads, ties, borrowed]);
  const conversations = useMemo(() => {
    const all = [...known, ...states.filter((one) => one !== undefined), conversation];
    return new Map(all.map((one) => [one.id, one]));
  }, [known, states, conversation]);
  const wires = useMemo(
    () => membersOf(id, ties).flatMap((member) => conversations.get(member) ?? []).filter((one) => one.split_from === null || one.id === id),
    [id, ties, conversations],
  );
  const input = useMemo<CaseInput>(() => ({ id, own, threads, ties, borrowed }), [id, own, threads, ties, borrowed]);
  return { thread, history: useCaseHistory(client, input), ties, conversations, wires };
}

/** Grows the threads of a case backwards together. */
function useCaseHistory(client: QueryClient, input: CaseInput): History {
  const busy = useRef<Promise<boolean> | null>(null);
  const [loading, setLoading] = useState(false);
  const now = useCallback((): CaseInput => {
    const read = (id: string): Thread | undefined => client.getQueryData<Thread>(keys.thread(id));
    const threads = new Map([...input.threads].map(([id, old]) => [id, read(id) ?? old]));
    return { ...input, own: read(input.id) ?? input.own, threads };
  }, [client, input]);

  const page = useCallback(
    (limit: number): Promise<boolean> => {
      busy.current ??= (async () => {
        setLoading(true);
        try {
          const grown = await Promise.all(behind(now()).map((id) => loadBefore(client, id, limit)));
          return grown.some(Boolean);
        } catch {
          return false;
        } finally {
          setLoading(false);
          busy.current = null;
        }
      })();
      return busy.current;
    },
    [client, now],
  );

  return useMemo(
    () => ({
      loading,
      loadOlder: async () => void (await page(THREAD_PAGE)),
      loadUntil: async (fits: (message: MessageView) => boolean) => {
        for (let n = 0; n <= SEARCH_PAGES_MAX; n++) {
          const found = compose(now()).items.find(fits);
          if (found !== undefined) return found;
          if (!(await page(SEARCH_PAGE))) return null;
        }
        return null;
      },
    }),
    [loading, now, page],
  );
}

async function loadBefore(client: QueryClient, id: string, limit: number): Promise<boolean> {
  const thread = client.getQueryData<Thread>(keys.thread(id));
  const first = thread?.items[0];
  if (thread === undefined || first === undefined || !thread.hasMoreBefore) return false;
  const older = await fetchMessages(id, { before_seq: first.seq, limit });
  client.setQueryData<Thread>(keys.thread(id), (now) => (now === undefined ? now : prependPage(now, older)));
  return older.items.length > 0;
}
