// What the flow pages read and write. The first part of every key is the resource's path, so that the server's news refreshes it.
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Language } from '@qingniao/shared/api';
import type { FlowChecked, FlowEventView, FlowReleaseView, FlowTemplateView, FlowVersionView, FlowView } from '@qingniao/shared/flow';
import { api, listAll, path, refreshResource } from '../../../api';
import { tidyDocument, type FlowDocument, type Kind } from '../model/document';
import type { Draft, Version } from './types';

export function useFlows() {
  return useQuery({ queryKey: ['flows', 'all'], queryFn: () => listAll<FlowView>('/flows') });
}

export function useFlow(id: string) {
  return useQuery({ queryKey: ['flows', 'one', id], queryFn: ({ signal }) => api.get<FlowView>(path('/flows/{}', id), undefined, signal) });
}

interface Registry {
  items: Kind[];
  events: FlowEventView[];
}

const REGISTRY = queryOptions({
  queryKey: ['flow-nodes'],
  queryFn: ({ signal }) => api.get<Registry>('/flow-nodes', undefined, signal),
  staleTime: Infinity,
});
const pickKinds = (all: Registry) => all.items;
const pickEvents = (all: Registry) => all.events;

/** The registry of node kinds; the same until the server is another. */
export function useKinds() {
  return useQuery({
    ...REGISTRY,
    select: pickKinds,
  });
}

/** What the house tells by itself, and flows and rules may begin on. */
export function useEvents() {
  return useQuery({ ...REGISTRY, select: pickEvents });
}

export function useTemplates() {
  return useQuery({
    queryKey: ['flow-templates'],
    queryFn: async ({ signal }) => (await api.get<{ items: FlowTemplateView[] }>('/flow-templates', undefined, signal)).items,
    staleTime: Infinity,
  });
}

export function useVersions(id: string) {
  return useQuery({ queryKey: ['flows', 'versions', id], queryFn: () => listAll<FlowVersionView>(path('/flows/{}/versions', id)) });
}

/** What became of the live version, and why: publishing, going back, switching on and off. */
export function useReleases(id: string) {
  return useQuery({ queryKey: ['flows', 'releases', id], queryFn: () => listAll<FlowReleaseView>(path('/flows/{}/releases', id)) });
}

export async function readVersion(id: string, hash: string): Promise<Version> {
  const version = await api.get<Version>(path('/flows/{}/versions/{}', id, hash));
  return { ...version, document: tidyDocument(version.document) };
}

/** A published version never changes. */
export function useVersion(id: string, hash: string | null) {
  return useQuery({
    queryKey: ['flow-version', id, hash],
    queryFn: () => readVersion(id, hash ?? ''),
    enabled: hash !== null,
    staleTime: Infinity,
  });
}

/** My draft; while I have none, what a new one begins with. */
export async function readDraft(id: string): Promise<Draft> {
  const draft = await api.get<Draft>(path('/flows/{}/draft', id));
  return { ...draft, document: tidyDocument(draft.document) };
}

export interface DraftBody {
  document: FlowDocument;
  revision: number;
  base_hash: string | null;
}

export const saveDraft = (id: string, body: DraftBody) => api.put<Draft>(path('/flows/{}/draft', id), body);

export const checkDocument = (id: string, document: FlowDocument, signal?: AbortSignal) =>
  api.post<FlowChecked>(path('/flows/{}/check', id), { document }, signal ? { signal } : {});

export interface NewFlow {
  id?: string;
  name?: string;
  document?: FlowDocument;
  template?: string;
  language?: Language;
}

export function useCreateFlow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { body: NewFlow; key: string }) => api.create<FlowView>('/flows', body, key),
    onSuccess: () => refreshResource(client, 'flows'),
  });
}

export const discardDraft = (id: string) => api.delete(path('/flows/{}/draft', id));

export function useFlowAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act, body }: { id: string; act: 'publish' | 'rollback' | 'enable' | 'disable'; body?: unknown }) => api.post<FlowView>(path('/flows/{}/{}', id, act), body ?? {}),
    onSettled: () => refreshResource(client, 'flows'),
  });
}

export function useDeleteFlow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (flow: FlowView) => api.delete(path('/flows/{}', flow.id), flow.version),
    onSettled: () => refreshResource(client, 'flows'),
  });
}
