import { useCallback } from 'react';
import { useFlows } from './queries';

/** The names of flows by id; the id while they are not known, or gone. */
export function useFlowNames(): (id: string) => string {
  const { data } = useFlows();
  return useCallback((id: string) => data?.find((flow) => flow.id === id)?.name ?? id, [data]);
}
