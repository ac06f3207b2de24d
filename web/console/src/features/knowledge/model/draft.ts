// One language of an article as the form holds it.
import type { ArticleState, ArticleView } from '@qingniao/shared/api';

export interface ArticleBody {
  title: string;
  questions: string[];
  body: string;
  category: string;
  state: ArticleState;
}

export interface ArticleDraft {
  title: string;
  /** One a line. */
  questions: string;
  body: string;
  category: string;
}

export function toDraft(article: ArticleView | null): ArticleDraft {
  return {
    title: article?.title ?? '',
    questions: article?.questions.join('\n') ?? '',
    body: article?.body ?? '',
    category: article?.category ?? '',
  };
}

/** Blank lines and repeats are left out. */
export function toBody(draft: ArticleDraft, state: ArticleState): ArticleBody {
  const questions = draft.questions.split('\n').map((line) => line.trim());
  return {
    title: draft.title.trim(),
    questions: [...new Set(questions.filter(Boolean))],
    body: draft.body,
    category: draft.category.trim(),
    state,
  };
}

export function isDirty(draft: ArticleDraft, article: ArticleView | null): boolean {
  const clean = toDraft(article);
  return (Object.keys(clean) as (keyof ArticleDraft)[]).some((key) => clean[key] !== draft[key]);
}
