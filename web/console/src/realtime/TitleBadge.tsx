// The number of my conversations with something unread and of transfers offered to me, in the page title; only in the leading tab.
import { useEffect, useSyncExternalStore } from 'react';
import { setTitleBadge } from '../app/title';
import { rowsOf } from '../features/conversations/model/lists';
import { useMyConversations, useOffers } from '../features/conversations/api/queries';
import { useRealtime } from './hooks';

export function TitleBadge() {
  const { tabs } = useRealtime();
  const leading = useSyncExternalStore(tabs.subscribe, () => tabs.isLeader());
  const { data } = useMyConversations();
  const unread = rowsOf(data).filter((row) => row.unread > 0).length;
  const offered = useOffers().length;
  const count = leading ? unread + offered : 0;
  useEffect(() => setTitleBadge(count), [count]);
  return null;
}
