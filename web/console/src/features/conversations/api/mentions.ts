// Notes that name this person and that they have not seen. The stream says when there is a new one.
import { useEffect, useMemo } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { MentionView, Page } from '@qingniao/shared/api';
import { api, path } from '../../../api';
import { keys } from './keys';

/** Ids of conversations. */
export function useMentions(): ReadonlySet<string> {
  const { data } = useQuery({
    queryKey: keys.mentions,
    queryFn: async ({ signal }) => (await api.get<Page<MentionView>>('/mentions', undefined, signal)).items,
    refetchInterval: 60_000,
  });
  return useMemo(() => new Set((data ?? []).map((one) => one.conversation_id)), [data]);
}

/** Whoever opens a conversation has seen what names them there. */
export function useSeeMentions(conversationId: string): void {
  const client = useQueryClient();
  const named = useMentions().has(conversationId);
  useEffect(() => {
    if (!named || document.visibilityState !== 'visible') return;
    api
      .post(path('/conversations/{}/mentions/seen', conversationId))
      .then(() => client.invalidateQueries({ queryKey: keys.mentions }))
      .catch(() => undefined);
  }, [named, conversationId, client]);
}
