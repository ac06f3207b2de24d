// What the steps of a run said to other systems; supervisors and administrators may read it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Page } from '@qingniao/shared/api';
import type { ExchangeView } from '@qingniao/shared/connectors';
import { api, path } from '../../../api';

/** Records come a moment after what they are about: they are read again while the run moves, and once more when it has ended. */
const WATCH_MS = 2_000;

export function useExchanges(runId: string, moves: boolean) {
  return useQuery({
    queryKey: ['runs', 'exchanges', runId, moves],
    queryFn: async ({ signal }) => (await api.get<Page<ExchangeView>>(path('/runs/{}/exchanges', runId), undefined, signal)).items,
    placeholderData: keepPreviousData,
    refetchInterval: moves ? WATCH_MS : false,
  });
}
