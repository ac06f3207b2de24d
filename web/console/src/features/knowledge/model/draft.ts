// One language of an article as the form holds it.
import type { ArticleAudience, ArticleRevisionView, ArticleScope, ArticleState, ArticleView } from '@qingniao/shared/api';

export interface ArticleBody {
  title: string;
  questions: string[];
  body: string;
  category: string;
  state: ArticleState;
  scope: ArticleScope;
  /** Empty for none. */
  next_flow: string;
}

export interface ArticleDraft {
  title: string;
  /** One a line. */
  questions: string;
  body: string;
  category: string;
  audience: ArticleAudience;
  /** Parted by commas. */
  tiers: string;
  /** Days as `2026-11-30`; empty is without limit. */
  from: string;
  until: string;
  /** SKUs, parted by commas. */
  products: string;
  /** Id of a flow; empty for none. */
  nextFlow: string;
}

export function toDraft(article: ArticleView | null): ArticleDraft {
  return {
    title: article?.title ?? '',
    questions: article?.questions.join('\n') ?? '',
    body: article?.body ?? '',
    category: article?.category ?? '',
    ...fromScope(article?.scope),
    nextFlow: article?.next_flow ?? '',
  };
}

function fromScope(scope: ArticleScope | undefined) {
  return {
    audience: scope?.audience ?? 'everyone',
    tiers: scope?.tiers.join(', ') ?? '',
    from: scope?.valid_from ?? '',
    until: scope?.valid_until ?? '',
    products: scope?.products.join(', ') ?? '',
  };
}

/** What an earlier version said, whom it was for included; a version from before that was kept leaves it as it is. */
export function restored(now: ArticleDraft, { title, questions, body, category, scope, next_flow }: ArticleRevisionView): ArticleDraft {
  const words = { ...now, title, questions: questions.join('\n'), body };
  return scope ? { ...words, ...fromScope(scope), category: category ?? '', nextFlow: next_flow ?? '' } : words;
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
    scope: {
      audience: draft.audience,
      tiers: draft.audience === 'tiers' ? words(draft.tiers) : [],
      valid_from: draft.from || null,
      valid_until: draft.until || null,
      products: words(draft.products),
    },
    next_flow: draft.nextFlow,
  };
}

export function isDirty(draft: ArticleDraft, article: ArticleView | null): boolean {
  const clean = toDraft(article);
  return (Object.keys(clean) as (keyof ArticleDraft)[]).some((key) => clean[key] !== draft[key]);
}

/** Words parted by commas of either kind, each once. */
function words(text: string): string[] {
  return [...new Set(text.split(/[,，、;；\s]+/).filter(Boolean))];
}

export function validity(scope: ArticleScope, today: string): 'valid' | 'upcoming' | 'expired' {
  if (scope.valid_until && scope.valid_until < today) return 'expired';
  return scope.valid_from && today < scope.valid_from ? 'upcoming' : 'valid';
}
