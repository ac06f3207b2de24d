// Versions that are not live yet: planned for a time, or on trial in a share of new runs.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FlowCanaryDetail, FlowView } from '@qingniao/shared/flow';
import { api, path, refreshResource } from '../../../api';

export type PlanDeed =
  | { deed: 'plan'; revision: number; note: string; due_at: number }
  | { deed: 'unplan' }
  | { deed: 'try'; revision: number; note: string; share_percent: number }
  | { deed: 'share'; share_percent: number }
  | { deed: 'promote' }
  | { deed: 'withdraw' };

async function carryOut(id: string, wish: PlanDeed): Promise<FlowView | null> {
  const { deed, ...body } = wish;
  switch (deed) {
    case 'plan':
      return api.put<FlowView>(path('/flows/{}/plan', id), body);
    case 'try':
    case 'share':
      return api.put<FlowView>(path('/flows/{}/canary', id), body);
    case 'promote':
      return api.post<FlowView>(path('/flows/{}/canary/promote', id), {});
    case 'unplan':
      await api.delete(path('/flows/{}/plan', id));
      return null;
    default:
      await api.delete(path('/flows/{}/canary', id));
      return null;
  }
}

export function usePlanDeed(id: string) {
  const client = useQueryClient();
  return useMutation({ mutationFn: (wish: PlanDeed) => carryOut(id, wish), onSettled: () => refreshResource(client, 'flows') });
}

/** How the version on trial fares; asked again while people look. */
export function useCanary(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['flows', 'canary', id],
    queryFn: ({ signal }) => api.get<FlowCanaryDetail>(path('/flows/{}/canary', id), undefined, signal),
    enabled,
    refetchInterval: 10_000,
  });
}
