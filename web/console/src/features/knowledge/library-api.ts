// Documents on their way to becoming articles: uploads one after the other, what taking one over would change, and places that are synced.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ArticleConflictView, ImportPreview, KnowledgeImportView, KnowledgeSourceView, Language, Page, SourceFolders, SourceKind } from '@qingniao/shared/api';
import { api, path, refreshResource } from '../../api';

const IMPORTS = 'knowledge-imports';
const SOURCES = 'knowledge-sources';

/** Endings the server reads. */
export const DOCUMENT_ENDINGS = '.md,.markdown,.txt,.html,.htm,.csv,.xlsx,.docx,.pdf';

export function useImports() {
  return useQuery({
    queryKey: [IMPORTS, 'all'],
    queryFn: async ({ signal }) => (await api.get<Page<KnowledgeImportView>>('/knowledge-imports', undefined, signal)).items,
  });
}

export interface UploadWish {
  file: File;
  /** Null: the document's own words decide. */
  language: Language | null;
  category: string;
}

export async function uploadDocument({ file, language, category }: UploadWish): Promise<KnowledgeImportView> {
  const form = new FormData();
  if (language) form.append('language', language);
  if (category) form.append('category', category);
  form.append('file', file, file.name);
  return api.post<KnowledgeImportView>('/knowledge-imports', form);
}

export function useImportPreview(id: string, publish: boolean) {
  return useInfiniteQuery({
    queryKey: [IMPORTS, 'preview', id, publish],
    queryFn: ({ pageParam, signal }) => api.get<ImportPreview>(path('/knowledge-imports/{}', id), { publish, limit: 50, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

function useWrite<A, R>(write: (argument: A) => Promise<R>, ...resources: string[]) {
  const client = useQueryClient();
  return useMutation({ mutationFn: write, onSettled: () => Promise.all(resources.map((name) => refreshResource(client, name))) });
}

export interface ApplyWish {
  id: string;
  publish: boolean;
  leaveOut: string[];
}

export function useApplyImport() {
  return useWrite(
    ({ id, publish, leaveOut }: ApplyWish) => api.post<KnowledgeImportView>(path('/knowledge-imports/{}/apply', id), { publish, leave_out: leaveOut }),
    IMPORTS,
    'articles',
  );
}

export function useDiscardImport() {
  return useWrite((id: string) => api.delete(path('/knowledge-imports/{}', id)), IMPORTS);
}

const WATCH_MS = 2_000;

/** Read again soon while one is due: its look begins within seconds. */
export function useSources() {
  return useQuery({
    queryKey: [SOURCES, 'all'],
    queryFn: async ({ signal }) => (await api.get<Page<KnowledgeSourceView>>('/knowledge-sources', undefined, signal)).items,
    refetchInterval: (query) => (query.state.data?.some(isDue) ? WATCH_MS : false),
  });
}

export function isDue(source: KnowledgeSourceView): boolean {
  return source.enabled && source.due_at <= Date.now();
}

export function useFolders(enabled: boolean) {
  return useQuery({
    queryKey: [SOURCES, 'folders'],
    queryFn: ({ signal }) => api.get<SourceFolders>('/knowledge-sources/folders', undefined, signal),
    enabled,
    staleTime: Infinity,
  });
}

export interface SourceBody {
  name: string;
  kind: SourceKind;
  places: string[];
  interval_minutes: number;
  language: Language | null;
  category: string;
  publish: boolean;
  enabled: boolean;
}

export function useSaveSource(source: KnowledgeSourceView | null) {
  return useWrite(
    (body: SourceBody) =>
      source ? api.put<KnowledgeSourceView>(path('/knowledge-sources/{}', source.id), body, source.version) : api.create<KnowledgeSourceView>('/knowledge-sources', body),
    SOURCES,
  );
}

export function useRunSource() {
  return useWrite((id: string) => api.post<void>(path('/knowledge-sources/{}/run', id)), SOURCES);
}

/** Compared by the server when asked. */
export function useConflicts() {
  return useQuery({
    queryKey: ['articles', 'conflicts'],
    queryFn: async ({ signal }) => (await api.get<Page<ArticleConflictView>>('/articles/conflicts', undefined, signal)).items,
  });
}

export function useSettleConflict() {
  return useWrite((key: string) => api.post<void>('/articles/conflicts/settle', { key }), 'articles');
}

export function useDeleteSource() {
  return useWrite((source: KnowledgeSourceView) => api.delete(path('/knowledge-sources/{}', source.id), source.version), SOURCES);
}
