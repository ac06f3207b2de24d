// How screens read what the stream says beyond the caches.
import { useContext, useEffect, useSyncExternalStore } from 'react';
import type { LinkState } from './client';
import type { Viewer } from './frames';
import type { Typist } from './live';
import { RealtimeContext, type Realtime } from './RealtimeProvider';

export function useRealtime(): Realtime {
  const realtime = useContext(RealtimeContext);
  if (realtime === null) throw new Error('useRealtime is for screens below RealtimeProvider');
  return realtime;
}

export function useLink(): LinkState {
  const { live } = useRealtime();
  return useSyncExternalStore(live.subscribe, live.linkState);
}

export function useTypists(conversationId: string): Typist[] {
  const { live } = useRealtime();
  return useSyncExternalStore(live.subscribe, () => live.typistsOf(conversationId));
}

export function useViewers(conversationId: string): Viewer[] {
  const { live } = useRealtime();
  return useSyncExternalStore(live.subscribe, () => live.viewersOf(conversationId));
}

/** Tells colleagues that this conversation is open here, and the other tabs that it is being looked at. */
export function useViewing(conversationId: string | null): void {
  const realtime = useRealtime();
  useEffect(() => {
    realtime.viewing(conversationId);
    const look = (): void => {
      const looking = document.visibilityState === 'visible' && document.hasFocus();
      realtime.tabs.setLooking(looking ? conversationId : null);
    };
    look();
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [realtime, conversationId]);
  useEffect(
    () => () => {
      realtime.viewing(null);
      realtime.tabs.setLooking(null);
    },
    [realtime],
  );
}
