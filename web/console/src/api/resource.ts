// Queries and mutations over one settings resource. The first part of every query key is the resource's path, so that a
// `resource.changed` event or a write refreshes all that was read from it.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Page } from '@qingniao/shared/api';
import { api, listAll, path, type Query } from './client';

export interface Versioned {
  id: string;
  version: number;
}

export type ResourceName =
  | 'users'
  | 'teams'
  | 'canned-responses'
  | 'labels'
  | 'inboxes'
  | 'webhooks'
  | 'tokens'
  | 'products'
  | 'articles'
  | 'intents'
  | 'entities'
  | 'intent-examples'
  | 'contacts'
  | 'scorecards'
  | 'review-plans'
  | 'report-schedules'
  | 'effects'
  | 'views';

/** Reads everything of this resource again, also singular names as events give them (`user`, `canned_response`). */
export function refreshResource(client: QueryClient, resource: string) {
  const name = resource.replaceAll('_', '-');
  const candidates = new Set([name, `${name}s`, `${name}es`, name.replace(/y$/, 'ies')]);
  return client.invalidateQueries({ predicate: (query) => candidates.has(String(query.queryKey[0])) });
}

/** The whole of a small list. */
export function useAll<T>(name: ResourceName, query: Query = {}) {
  return useQuery({ queryKey: [name, 'all', query], queryFn: () => listAll<T>(`/${name}`, query) });
}

export function useOne<T>(name: ResourceName, id: string | null) {
  return useQuery({
    queryKey: [name, 'one', id],
    queryFn: ({ signal }) => api.get<T>(path(`/${name}/{}`, id ?? ''), undefined, signal),
    enabled: id !== null,
  });
}

/** A long list, page by page. `data.pages` flattened by `flatten`. */
export function usePages<T>(name: ResourceName, query: Query, url = `/${name}`) {
  return useInfiniteQuery({
    queryKey: [name, 'pages', url, query],
    queryFn: ({ pageParam, signal }) => api.get<Page<T>>(url, { ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function flatten<T>(data: { pages: Page<T>[] } | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

export function useRemove(name: ResourceName) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (object: Versioned) => api.delete(path(`/${name}/{}`, object.id), object.version),
    // Also after a refusal: what is listed may be out of date.
    onSettled: () => refreshResource(client, name),
  });
}
