// What the pages of connectors and secrets read and write. The first part of every key is the resource's path.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ConnectorDetail, ConnectorView, DescriptionView, OperationTried, OperationView, RecordingBegun, RoutineRehearsed, StoredSecretView } from '@qingniao/shared/connectors';
import { api, listAll, path, refreshResource } from '../../api';

export function useConnectors() {
  return useQuery({ queryKey: ['connectors', 'all'], queryFn: () => listAll<ConnectorView>('/connectors') });
}

export function useConnector(name: string) {
  return useQuery({ queryKey: ['connectors', 'one', name], queryFn: ({ signal }) => api.get<ConnectorDetail>(path('/connectors/{}', name), undefined, signal) });
}

export function useOperations(name: string) {
  return useQuery({ queryKey: ['connectors', 'operations', name], queryFn: () => listAll<OperationView>(path('/connectors/{}/operations', name)) });
}

export function useSecrets() {
  return useQuery({ queryKey: ['secrets', 'all'], queryFn: () => listAll<StoredSecretView>('/secrets') });
}

export interface Source {
  document?: string;
  url?: string;
  base_url?: string;
}

/** Looks into a description; nothing is kept. */
export const readDescription = (source: Source) => api.post<DescriptionView>('/connector-descriptions', source);

export function useCreateConnector() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { body: Record<string, unknown>; key: string }) => api.create<ConnectorDetail>('/connectors', body, key),
    onSuccess: () => refreshResource(client, 'connectors'),
  });
}

export function useChangeConnector(connector: Pick<ConnectorView, 'name' | 'version'>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Record<string, unknown>) => api.patch<ConnectorDetail>(path('/connectors/{}', connector.name), change, connector.version),
    // Also after a refusal: what is shown may be out of date.
    onSettled: () => refreshResource(client, 'connectors'),
  });
}

export function useDeleteConnector() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (connector: ConnectorView) => api.delete(path('/connectors/{}', connector.name), connector.version),
    onSettled: () => refreshResource(client, 'connectors'),
  });
}

export const tryOperation = (connector: string, operation: string, input: unknown) =>
  api.post<OperationTried>(path('/connectors/{}/operations/{}/try', connector, operation), { input, timeout_ms: 30_000 });

export interface Rehearsal {
  base_url: string;
  hosts: string[];
  routine: unknown;
  input: unknown;
}

export const rehearse = (rehearsal: Rehearsal) => api.post<RoutineRehearsed>('/robot-rehearsals', rehearsal);

/** Plays the steps there are, in a browser that stays. */
export const beginRecording = (rehearsal: Rehearsal) => api.post<RecordingBegun>('/robot-recordings', rehearsal);

export const recordStep = (id: string, step: unknown, input: unknown) => api.post<RoutineRehearsed>(path('/robot-recordings/{}/steps', id), { step, input });

export const lookAtRecording = (id: string) => api.get<RoutineRehearsed>(path('/robot-recordings/{}', id));

export const endRecording = (id: string) => api.delete(path('/robot-recordings/{}', id));

export interface SecretBody {
  /** Null keeps what is there. */
  value: string | null;
  hosts: string[];
  note: string;
}

export function usePutSecret() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, body }: { name: string; body: SecretBody }) => api.put<StoredSecretView>(path('/secrets/{}', name), body),
    onSuccess: () => refreshResource(client, 'secrets'),
  });
}

export function useDeleteSecret() {
  const client = useQueryClient();
  return useMutation({ mutationFn: (name: string) => api.delete(path('/secrets/{}', name)), onSettled: () => refreshResource(client, 'secrets') });
}
