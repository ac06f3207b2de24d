// Keeps the stream open while somebody is signed in and hands what it says to the caches, the live state and, in the
// leading tab, to notifications. Wrap everything below the session in it, once.
import { createContext, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ClientFrame } from '@qingniao/shared/api';
import { api, refreshResource } from '../api';
import { ME, useSession } from '../app/session';
import { applyEntry, applyPresence, type Notice } from './apply';
import { StreamClient } from './client';
import type { PollAnswer } from './frames';
import { Tabs } from './leader';
import { LiveState } from './live';
import type { SocketLike } from './session';
import { ring, showNotice, showSlaToast } from './notify';
import { OneNotice } from './one-notice';
import { TitleBadge } from './TitleBadge';
import { together } from './together';

export interface Realtime {
  live: LiveState;
  tabs: Tabs;
  retryNow(): void;
  /** Which conversation this page shows; others see the viewer. */
  viewing(conversationId: string | null): void;
  typing(conversationId: string, on: boolean): void;
  /** While it is open the server pushes the floor into the cache, under `wallboard`. */
  wallboard(open: boolean): void;
  /** Called after every (re)connection. */
  onConnected(listener: () => void): () => void;
}

export const RealtimeContext = createContext<Realtime | null>(null);

/** What happened while the page slept or was away does not ring. */
const RINGS_FOR_MS = 60_000;
/** A run moves many times a second; what shows runs is read again at most this often. */
const REFRESH_MS = 400;

function socketAddress(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/stream`;
}

export function RealtimeProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { user, server } = useSession();
  const me = user.id;
  // Notices compare server times; this page's clock may be off.
  const clockGap = useRef(0);
  useEffect(() => {
    clockGap.current = server.time - Date.now();
  }, [server.time]);

  const parts = useMemo(() => {
    const live = new LiveState();
    const connectedListeners = new Set<() => void>();
    let shown: string | null = null;
    let wall = false;
    const alert = (notice: Notice, at: number): void => {
      if (!tabs.isLeader() || Date.now() + clockGap.current - at > RINGS_FOR_MS) return;
      if (notice.kind === 'message' && tabs.isLookedAt(notice.conversation.id)) return;
      notices.tell(notice);
    };
    const notices = new OneNotice((notice) => {
      ring();
      showNotice(notice);
      showSlaToast(notice);
    });
    const refresh = together((resource) => void refreshResource(queries, resource), REFRESH_MS);
    const stream: StreamClient = new StreamClient(
      {
        makeSocket: () => new WebSocket(socketAddress()) as SocketLike,
        poll: (seq, signal) => api.get<PollAnswer>('/stream/poll', { seq }, signal),
        signal: (frame: ClientFrame) => api.post('/stream/signal', frame),
        isOnline: () => navigator.onLine,
        random: Math.random,
        now: Date.now,
      },
      {
        onState: (state) => live.setLink(state),
        onEntry: (entry) => {
          for (const change of entry.changes) {
            if (change.type === 'message.created') live.spoke(change.message.conversation_id, change.message.author.id);
          }
          for (const notice of applyEntry(queries, entry, me)) alert(notice, entry.at);
        },
        onEphemeral: (frame) => {
          if (frame.type === 'presence') applyPresence(queries, frame);
          else if (frame.type === 'changed') refresh(frame.resource);
          else if (frame.type === 'wallboard') queries.setQueryData(['wallboard'], frame.board);
          else if (frame.type === 'whisper') void queries.invalidateQueries({ queryKey: ['whispers', frame.conversation_id] });
          else if (frame.type === 'viewers' || frame.who.id !== me) live.receive(frame);
        },
        onReload: () => void queries.invalidateQueries(),
        onSignedOut: () => void queries.invalidateQueries({ queryKey: ME }),
        onConnected: () => {
          if (shown !== null) stream.send({ type: 'viewing', conversation_id: shown });
          if (wall) stream.send({ type: 'wallboard', on: true });
          for (const listener of connectedListeners) listener();
        },
      },
    );
    const tabs = new Tabs();
    const realtime: Realtime = {
      live,
      tabs,
      retryNow: () => stream.wake(),
      viewing: (id) => {
        if (shown === id) return;
        shown = id;
        stream.send({ type: 'viewing', conversation_id: id });
      },
      typing: (id, on) => stream.send({ type: 'typing', conversation_id: id, on }),
      wallboard: (open) => {
        wall = open;
        stream.send({ type: 'wallboard', on: open });
      },
      onConnected: (listener) => {
        connectedListeners.add(listener);
        return () => connectedListeners.delete(listener);
      },
    };
    return { realtime, stream, tabs, notices };
  }, [queries, me]);

  useEffect(() => {
    const { stream, tabs, notices } = parts;
    const wake = (): void => {
      if (document.visibilityState !== 'hidden') stream.wake();
    };
    const lost = (): void => stream.lost();
    stream.start();
    tabs.start();
    window.addEventListener('online', wake);
    window.addEventListener('pageshow', wake);
    window.addEventListener('offline', lost);
    document.addEventListener('visibilitychange', wake);
    return () => {
      window.removeEventListener('online', wake);
      window.removeEventListener('pageshow', wake);
      window.removeEventListener('offline', lost);
      document.removeEventListener('visibilitychange', wake);
      stream.stop();
      tabs.stop();
      notices.stop();
    };
  }, [parts]);

  return (
    <RealtimeContext.Provider value={parts.realtime}>
      <TitleBadge />
      {children}
    </RealtimeContext.Provider>
  );
}
