import { keepPreviousData, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { ArticleCategory, ArticlePreview, ArticleRevisionView, ArticleTranslations, ArticleView, AskView, Language, Page } from '@qingniao/shared/api';
import { api, path, refreshResource } from '../../api';
import type { ArticleBody } from './model/draft';

export function useArticle(id: string | null) {
  return useQuery({
    queryKey: ['articles', 'one', id],
    queryFn: ({ signal }) => api.get<ArticleTranslations>(path('/articles/{}', id ?? ''), undefined, signal),
    enabled: id !== null,
  });
}

/** So that the editor it was made in need not wait for it to be read. */
export function rememberMade(client: QueryClient, article: ArticleView) {
  client.setQueryData<ArticleTranslations>(['articles', 'one', article.id], { id: article.id, translations: [article] });
}

/** The categories in use and what holds for them. */
export function useCategories() {
  return useQuery({
    queryKey: ['articles', 'categories'],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<Page<ArticleCategory>>('/articles/categories', undefined, signal);
      return items.sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'));
    },
    staleTime: 60_000,
  });
}

export function usePreview(body: string, enabled: boolean) {
  return useQuery({
    queryKey: ['article-preview', body],
    queryFn: async ({ signal }) => (await api.post<ArticlePreview>('/articles/preview', { body }, { signal })).html,
    enabled: enabled && body.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

export function useRevisions(id: string, language: Language) {
  return useQuery({
    queryKey: ['articles', 'revisions', id, language],
    queryFn: async ({ signal }) =>
      (await api.get<Page<ArticleRevisionView>>(path('/articles/{}/{}/revisions', id, language), { limit: 100 }, signal)).items,
  });
}

export interface ArticleSave {
  /** Null while the article is not made yet. */
  id: string | null;
  language: Language;
  body: ArticleBody;
  version: number | null;
  /** Ids of messages in the learning inbox that a new article answers, parted by commas. */
  answers: string;
}

/** The first language makes the article; a later one, or a change, is put under it. */
export async function saveArticle({ id, language, body, version, answers }: ArticleSave, createKey: string): Promise<ArticleView> {
  if (id === null) return api.create<ArticleView>('/articles', { language, ...body, ...(answers ? { answers: answers.split(',') } : {}) }, createKey);
  return api.put<ArticleView>(path('/articles/{}/{}', id, language), body, version ?? undefined);
}

export function useDeleteArticle() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (article: ArticleView) => api.delete(path('/articles/{}', article.id), article.version),
    onSuccess: () => refreshResource(client, 'articles'),
  });
}

export function useAsk() {
  return useMutation({ mutationFn: (question: { text: string; language: Language; signed_in: boolean; tier: string | null }) => api.post<AskView>('/knowledge/ask', question) });
}
