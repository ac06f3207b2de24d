// One outbox for the whole console, so that what was written is sent whichever page is open by then.
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { MessageView } from '@qingniao/shared/api';
import { api, ApiError, path } from '../../../api';
import { useSession } from '../../../app/session';
import { useRealtime } from '../../../realtime/hooks';
import type { Answer, OutboxItem } from '../model/outbox';
import { Outbox } from '../model/outbox-runner';
import { browserStore } from '../model/outbox-store';
import { putMessageInCache } from './cache';

const OutboxContext = createContext<Outbox | null>(null);

async function deliver(client: QueryClient, item: OutboxItem): Promise<Answer> {
  try {
    const message = await api.post<MessageView>(path('/conversations/{}/messages', item.conversationId), {
      client_msg_id: item.id,
      kind: item.kind,
      text: item.text,
      ...(item.format ? { format: item.format } : {}),
      ...(item.attachments.length > 0 ? { attachments: item.attachments.map((attachment) => attachment.id) } : {}),
      ...(item.replyTo === null ? {} : { reply_to: item.replyTo }),
      ...(item.force ? { force: true } : {}),
      ...(item.suggestion ? { suggestion: item.suggestion } : {}),
      ...(item.canned ? { canned_response: item.canned } : {}),
      ...(item.template ? { template: item.template } : {}),
      ...(item.mentions?.length ? { mentions: item.mentions } : {}),
    });
    putMessageInCache(client, message);
    return { kind: 'sent' };
  } catch (error) {
    return answerOf(error);
  }
}

function answerOf(error: unknown): Answer {
  if (!(error instanceof ApiError)) return { kind: 'later', code: 'unknown', detail: String(error), afterMs: null };
  const { code, detail } = error;
  const afterMs = error.retryAfterSeconds === null ? null : error.retryAfterSeconds * 1000;
  // A lost sign-in and a server that is away are waited out like a lost network: the queue goes on afterwards.
  const away = [0, 401, 408, 502, 503, 504].includes(error.status);
  if (away) return { kind: 'later', code: 'offline', detail, afterMs };
  if (error.status >= 500 || error.status === 429) return { kind: 'later', code, detail, afterMs };
  return { kind: 'refused', code, detail };
}

export function OutboxProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const me = useSession().user.id;
  const realtime = useRealtime();
  const outbox = useMemo(
    () => new Outbox({ store: browserStore(), deliver: (item) => deliver(client, item), now: Date.now, random: Math.random }, me),
    [client, me],
  );
  useEffect(() => {
    void outbox.start();
    const offConnected = realtime.onConnected(() => outbox.wake());
    const wake = (): void => outbox.wake();
    window.addEventListener('online', wake);
    return () => {
      offConnected();
      window.removeEventListener('online', wake);
      outbox.stop();
    };
  }, [outbox, realtime]);
  return <OutboxContext.Provider value={outbox}>{children}</OutboxContext.Provider>;
}

export function useOutbox(): Outbox {
  const outbox = useContext(OutboxContext);
  if (outbox === null) throw new Error('useOutbox is for screens below OutboxProvider');
  return outbox;
}

export function useOutboxItems(): OutboxItem[] {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox.subscribe, outbox.snapshot);
}
