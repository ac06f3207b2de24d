// Grows a thread backwards: page by page while scrolling, or up to a certain message.
import { useCallback, useMemo, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { MessageView } from '@qingniao/shared/api';
import { prependPage, type Thread } from '../model/thread';
import { keys } from './keys';
import { fetchMessages, THREAD_PAGE } from './queries';

/** How far a search for one message goes back. */
const SEARCH_PAGES_MAX = 25;
const SEARCH_PAGE = 200;

export interface History {
  loading: boolean;
  loadOlder(): Promise<void>;
  /** Loads back to the first message that fits; null when there is none within reach. */
  loadUntil(fits: (message: MessageView) => boolean): Promise<MessageView | null>;
}

export function useHistory(id: string): History {
  const client = useQueryClient();
  const busy = useRef<Promise<boolean> | null>(null);
  const [loading, setLoading] = useState(false);

  const page = useCallback(
    (limit: number): Promise<boolean> => {
      busy.current ??= (async () => {
        const thread = client.getQueryData<Thread>(keys.thread(id));
        const first = thread?.items[0];
        if (thread === undefined || first === undefined || !thread.hasMoreBefore) return false;
        setLoading(true);
        try {
          const older = await fetchMessages(id, { before_seq: first.seq, limit });
          client.setQueryData<Thread>(keys.thread(id), (now) => (now === undefined ? now : prependPage(now, older)));
          return older.items.length > 0;
        } catch {
          return false;
        } finally {
          setLoading(false);
          busy.current = null;
        }
      })();
      return busy.current;
    },
    [client, id],
  );

  return useMemo(
    () => ({
      loading,
      loadOlder: async () => void (await page(THREAD_PAGE)),
      loadUntil: async (fits) => {
        for (let n = 0; n <= SEARCH_PAGES_MAX; n++) {
          const found = client.getQueryData<Thread>(keys.thread(id))?.items.find(fits);
          if (found !== undefined) return found;
          if (!(await page(SEARCH_PAGE))) return null;
        }
        return null;
      },
    }),
    [client, id, loading, page],
  );
}
