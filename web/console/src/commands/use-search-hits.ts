// What the server finds for a palette query, a moment after the person stopped typing.
import { useEffect, useState } from 'react';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import type { Page, SearchHit } from '@qingniao/shared/api';
import { api } from '../api';

const KINDS = ['conversations', 'contacts', 'articles', 'messages'] as const;
const PER_KIND = 4;
const NOTHING: SearchHit[] = [];

export function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

export function useSearchHits(query: string): SearchHit[] {
  const q = useDebounced(query.trim(), 200);
  const enabled = q !== '' && query.trim() !== '';
  return useQueries({
    queries: KINDS.map((kind) => ({
      queryKey: ['search', kind, q],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.get<Page<SearchHit>>('/search', { q, kind, limit: PER_KIND }, signal),
      enabled,
      staleTime: 10_000,
      placeholderData: keepPreviousData,
    })),
    combine: (results) => (enabled ? results.flatMap((result) => result.data?.items.slice(0, PER_KIND) ?? []) : NOTHING),
  });
}
