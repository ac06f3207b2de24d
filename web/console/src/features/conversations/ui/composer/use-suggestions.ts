// What `/` and `#` offer: canned responses found by fuzzy text and pinyin, articles found by the server.
import { useMemo } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ArticleView, CannedResponseView, ConversationView, Page, UserView } from '@qingniao/shared/api';
import { api, useAll } from '../../../../api';
import { useSession } from '../../../../app/session';
import { useDebounced } from '../../../../commands/use-search-hits';
import { usePinyin } from '../../api/use-pinyin';
import { search } from '../../model/fuzzy';
import { excerptOfMarkdown, plainOfMarkdown, sourceLink } from '../../model/linkify';
import { searchKeys } from '../../model/pinyin';
import type { Trigger } from '../../model/typing';

export interface Suggestion {
  id: string;
  title: string;
  detail: string;
  /** What goes into the text. */
  insert: string;
  /** It does more than speak. */
  acts?: boolean;
}

const SHOWN = 8;
const ARTICLE_CHARS_MAX = 1200;

export interface Suggestions {
  items: Suggestion[];
  pending: boolean;
}

/** `markdown`: an article keeps its form, and its source is a link with its title. */
export function useSuggestions(trigger: Trigger | null, conversation: ConversationView, markdown: boolean): Suggestions {
  const colleagues = useColleagues(trigger?.kind === 'colleague' ? trigger.query : null);
  const canned = useCanned(trigger?.kind === 'canned' ? trigger.query : null, conversation);
  const articles = useArticles(trigger?.kind === 'article' ? trigger.query : null, conversation.language, markdown);
  if (trigger?.kind === 'colleague') return colleagues;
  return trigger?.kind === 'article' ? articles : canned;
}

function useColleagues(query: string | null): Suggestions {
  const users = useAll<UserView>('users').data;
  const speak = usePinyin(query !== null);
  const me = useSession().user.id;
  const items = useMemo(() => {
    if (query === null) return [];
    const others = (users ?? []).filter((user) => user.id !== me && !user.disabled && !user.service);
    const indexed = others.map((value) => ({ value, keys: searchKeys(speak, value.name) }));
    return search(indexed, query, SHOWN).map(({ id, name, email }): Suggestion => ({ id, title: name, detail: email, insert: `@${name} ` }));
  }, [users, query, speak, me]);
  return { items, pending: users === undefined };
}

function useCanned(query: string | null, conversation: ConversationView): Suggestions {
  const { data } = useAll<CannedResponseView>('canned-responses');
  const speak = usePinyin(query !== null);
  const agent = useSession().user.name;
  const indexed = useMemo(
    () => (data ?? []).map((value) => ({ value, keys: [...searchKeys(speak, value.shortcut), ...searchKeys(speak, value.text)] })),
    [data, speak],
  );
  const name = conversation.contact.name;
  const items = useMemo(() => {
    if (query === null) return [];
    return search(indexed, query, SHOWN).map(
      (one): Suggestion => ({ id: one.id, title: `/${one.shortcut}`, detail: one.text, insert: fillIn(one.text, name, agent), acts: one.actions.length > 0 }),
    );
  }, [indexed, query, name, agent]);
  return { items, pending: data === undefined };
}

/** `{{contact}}` and `{{agent}}` stand for the names at hand. */
function fillIn(text: string, contact: string, agent: string): string {
  return text.replace(/\{\{\s*(contact|agent)\s*\}\}/g, (_, who: string) => (who === 'contact' ? contact : agent));
}

function useArticles(query: string | null, language: string, markdown: boolean): Suggestions {
  const q = useDebounced(query, 180);
  const found = useQuery({
    queryKey: ['articles', 'suggest', language, q],
    queryFn: ({ signal }) => api.get<Page<ArticleView>>('/articles', { q, language, state: 'published', limit: SHOWN }, signal),
    enabled: q !== null && query !== null,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  const items = useMemo(
    () =>
      (query === null ? [] : (found.data?.items ?? [])).map((article): Suggestion => {
        const text = plainOfMarkdown(article.body, ARTICLE_CHARS_MAX);
        const link = `${location.origin}/help/${article.language}/${encodeURIComponent(article.id)}`;
        // What is not for everyone has no public page.
        if (article.scope.audience !== 'everyone') return { id: article.id, title: article.title, detail: text, insert: text };
        const insert = markdown
          ? `${excerptOfMarkdown(article.body, ARTICLE_CHARS_MAX)}\n\n${sourceLink(article.title, link)}`
          : `${text}\n${link}`;
        return { id: article.id, title: article.title, detail: text, insert };
      }),
    [found.data, query, markdown],
  );
  return { items, pending: found.isFetching };
}
