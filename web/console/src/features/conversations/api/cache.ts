// Puts what the server said, by the stream or in an answer, into everything that is cached. The rules are the pure
// functions of `model`; this file only knows where the caches are.
import type { QueryClient } from '@tanstack/react-query';
import type { ConversationCounts, ConversationView, MessageView } from '@qingniao/shared/api';
import { api, path } from '../../../api';
import type { MessagePage } from '@qingniao/shared/api';
import { recount, type ListQuery } from '../model/buckets';
import { findInList, placeInList, type ListData } from '../model/lists';
import { placeOffer } from '../model/offers';
import { firstHole, putMessage, putMessages, type Thread } from '../model/thread';
import { keys } from './keys';
import { knownOf, recountViews } from './views';

/** The newest state of a conversation that any cache holds. */
export function knownConversation(client: QueryClient, id: string): ConversationView | null {
  let best = client.getQueryData<ConversationView>(keys.one(id)) ?? null;
  for (const [, data] of client.getQueriesData<ListData>({ queryKey: keys.lists })) {
    const found = data === undefined ? null : findInList(data, id);
    if (found !== null && (best === null || found.version > best.version)) best = found;
  }
  const offer = client.getQueryData<ConversationView[]>(keys.offers)?.find((one) => one.id === id);
  if (offer !== undefined && (best === null || offer.version > best.version)) best = offer;
  return best;
}

let countsTimer: ReturnType<typeof setTimeout> | undefined;

/** The counters are not certain any more; ask once things have settled. */
function countAgain(client: QueryClient): void {
  if (countsTimer !== undefined) return;
  countsTimer = setTimeout(() => {
    countsTimer = undefined;
    void client.invalidateQueries({ queryKey: keys.counts });
    void client.invalidateQueries({ queryKey: keys.viewCounts });
  }, 1500);
}

/** Numbers that are under way may or may not have the change. */
function isBeingCounted(client: QueryClient): boolean {
  return client.isFetching({ queryKey: keys.counts }) > 0 || client.isFetching({ queryKey: keys.viewCounts }) > 0;
}

/** Returns the state that was known before, null when there was none. */
export function putConversation(
  client: QueryClient,
  conversation: ConversationView,
  me: string,
  created = false,
): ConversationView | null {
  const before = knownConversation(client, conversation.id);
  if (before !== null && before.version > conversation.version) return before;

  const known = knownOf(client);
  client.setQueryData<ConversationView>(keys.one(conversation.id), (old) => (old === undefined ? old : conversation));
  for (const query of client.getQueryCache().findAll({ queryKey: keys.lists })) {
    const wanted = query.queryKey[2] as ListQuery;
    client.setQueryData<ListData>(query.queryKey, (old) =>
      old === undefined ? old : placeInList(old, conversation, wanted, me, known),
    );
  }
  client.setQueryData<ConversationView[]>(keys.offers, (old) => (old === undefined ? old : placeOffer(old, conversation, me)));
  if (before === null && !created) countAgain(client);
  else if (before === null || before.version < conversation.version) {
    client.setQueryData<ConversationCounts>(keys.counts, (old) =>
      old === undefined ? old : recount(old, before, conversation, me),
    );
    if (!recountViews(client, before, conversation, me, known) || isBeingCounted(client)) countAgain(client);
  }
  return before;
}

export function putMessageInCache(client: QueryClient, message: MessageView): void {
  const key = keys.thread(message.conversation_id);
  const thread = client.getQueryData<Thread>(key);
  if (thread === undefined) return;
  const next = putMessage(thread, message);
  client.setQueryData(key, next);
  if (firstHole(next) !== null) fillLater(client, message.conversation_id);
}

const filling = new Set<string>();
/** An answer to a send may overtake the stream: only a hole that stays is fetched. */
const HOLE_PATIENCE_MS = 1200;

function fillLater(client: QueryClient, id: string): void {
  if (filling.has(id)) return;
  filling.add(id);
  setTimeout(() => {
    void fill(client, id).finally(() => filling.delete(id));
  }, HOLE_PATIENCE_MS);
}

async function fill(client: QueryClient, id: string): Promise<void> {
  const thread = client.getQueryData<Thread>(keys.thread(id));
  const hole = thread === undefined ? null : firstHole(thread);
  if (hole === null) return;
  const page = await api
    .get<MessagePage>(path('/conversations/{}/messages', id), {
      after_seq: hole.after,
      limit: Math.min(200, hole.before - hole.after),
    })
    .catch(() => null);
  if (page === null) {
    void client.invalidateQueries({ queryKey: keys.thread(id) });
    return;
  }
  client.setQueryData<Thread>(keys.thread(id), (old) => (old === undefined ? old : putMessages(old, page.items)));
}
