// An act on chosen runs is the act on one, many times: a few at once, and each with its own outcome. An act on all that fit a filter
// is one order, which the server carries out.
import { useQuery } from '@tanstack/react-query';
import type { FlowProblem } from '@qingniao/shared/flow';
import type { FlowRunsActed, FlowRunsAction, FlowRunsFilter } from '@qingniao/shared/flow-bulk';
import type { RunFilter } from './runs';
import { api, path } from '../../../api';

const AT_ONCE = 4;

export interface Outcome<T> {
  id: string;
  /** What came of it; none where it failed. */
  value?: T;
  error?: string;
}

export async function each<T>(ids: readonly string[], act: (id: string) => Promise<T>): Promise<Outcome<T>[]> {
  const outcomes = new Map<string, Outcome<T>>();
  const waiting = [...ids];
  async function work(): Promise<void> {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        outcomes.set(id, { id, value: await act(id) });
      } catch (error) {
        outcomes.set(id, { id, error: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, work));
  return ids.map((id) => outcomes.get(id) ?? { id });
}

export interface Moved {
  moved: boolean;
  problems: FlowProblem[];
}

export const retryRun = (id: string) => api.post<unknown>(path('/runs/{}/retry', id), {});
export const closeRun = (id: string, note: string) => api.post<unknown>(path('/runs/{}/close', id), { note });
export const cancelRun = (id: string, reason: string) => api.post<unknown>(path('/runs/{}/cancel', id), { reason });
export const signalRun = (id: string, signal: { id: string; name: string; payload: unknown }) => api.post<unknown>(path('/runs/{}/signal', id), signal);
export const moveRun = (id: string, body: { version: string; nodes: Record<string, string>; dry_run: boolean }) => api.post<Moved>(path('/runs/{}/move', id), body);

/** The filter of a list as an order takes it. */
export function orderFilter({ flow, state, dead, stuck, conversation, q }: RunFilter): FlowRunsFilter {
  return {
    ...(flow ? { flow } : {}),
    ...(state ? { state } : {}),
    ...(conversation ? { conversation } : {}),
    ...(dead ? { dead } : {}),
    ...(stuck ? { stuck } : {}),
    ...(q ? { q } : {}),
  };
}

/** How many runs an order would be about. */
export function useOrderCount(action: FlowRunsAction, filter: FlowRunsFilter) {
  return useQuery({
    queryKey: ['runs', 'order', action, filter],
    queryFn: ({ signal }) => api.post<FlowRunsActed>('/runs/bulk', { action, filter, dry_run: true }, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
}

/** Under one key it is carried out once, however often it is sent. */
export const orderRuns = (action: FlowRunsAction, filter: FlowRunsFilter, reason: string, key: string) => api.create<FlowRunsActed>('/runs/bulk', { action, filter, reason }, key);

/** How many failed with nobody at them. */
export function useDeadCount() {
  return useQuery({ queryKey: ['runs', 'dead'], queryFn: async ({ signal }) => (await api.get<{ count: number }>('/runs/dead', undefined, signal)).count });
}
