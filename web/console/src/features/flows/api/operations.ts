// What connectors can do, for the palette and the form of a step that calls one. Kept under the same keys as the pages of connectors.
import { useQueries, useQuery } from '@tanstack/react-query';
import type { ConnectorView, OperationView } from '@qingniao/shared/connectors';
import { listAll, path } from '../../../api';
import type { OfferedConnector } from '../model/operation';

/** Of more, the operations are offered by the step's own field alone. */
const CONNECTORS_MAX = 30;
const FRESH_MS = 60_000;

const operations = (connector: string) => ({
  queryKey: ['connectors', 'operations', connector],
  queryFn: () => listAll<OperationView>(path('/connectors/{}/operations', connector)),
  staleTime: FRESH_MS,
  retry: false,
});

export const useOperationsOf = (connector: string) => useQuery({ ...operations(connector), enabled: connector !== '' });

/** Those that are switched on, with their operations as far as they are known; nothing is asked before it is wanted. */
export function useOfferedConnectors(isWanted: boolean): OfferedConnector[] {
  const all = useQuery({ queryKey: ['connectors', 'all'], queryFn: () => listAll<ConnectorView>('/connectors'), staleTime: FRESH_MS, retry: false });
  const offered = (all.data ?? []).filter((connector) => connector.enabled).slice(0, CONNECTORS_MAX);
  return useQueries({
    queries: offered.map((connector) => ({ ...operations(connector.name), enabled: isWanted })),
    combine: (answers) => answers.map((answer, n) => ({ name: offered[n]?.name ?? '', title: offered[n]?.title ?? '', operations: answer.data ?? [] })),
  });
}
