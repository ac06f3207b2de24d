import { Suspense, useState } from 'react';
import type { ArticleState, ArticleView, ArticleAudience, Language } from '@qingniao/shared/api';
import { flatten, usePages } from '../../../api';
import { Link, navigate, useSearchParam } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, EmptyState, ErrorNote, LoadMore, Loading, Segmented, Select, Table, TextInput, Toolbar, lazy, useDebounced } from '../../../ui';
import { useCategories } from '../api';
import { knowledgeMessages } from '../messages';
import { scopeMessages } from '../scope-messages';
import { ScopeBadges } from './ScopeBadges';
import { StateBadge } from './StateBadge';
import styles from './ArticleList.module.css';

const CategoryFlowsDialog = lazy(() => import('./CategoryFlowsDialog'));

export function ArticleList() {
  const t = useT(knowledgeMessages);
  const ts = useT(scopeMessages);
  const { formatRelative } = useFormat();
  const mayEdit = useHasRole('supervisor');
  const [typed, setTyped] = useState('');
  const [stepping, setStepping] = useState(false);
  const [language, setLanguage] = useSearchParam('language');
  const [state, setState] = useSearchParam('state');
  const [category, setCategory] = useSearchParam('category');
  const [audience, setAudience] = useSearchParam('audience');
  const q = useDebounced(typed.trim());
  const articles = usePages<ArticleView>('articles', { q, language, state, category, audience });
  const categories = useCategories();
  const rows = flatten(articles.data);
  const filtered = Boolean(q || language || state || category || audience);
  const now = Date.now();
  const today = new Date(now).toLocaleDateString('sv');
  const newButton = mayEdit && (
    <Button variant="primary" icon="plus" onClick={() => navigate('/knowledge/new')}>
      {t('new')}
    </Button>
  );
  return (
    <>
      <Toolbar>
        <div className={styles.search}>
          <TextInput icon="search" type="search" aria-label={t('search')} placeholder={t('search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        </div>
        <Segmented<Language | ''>
          label={t('language')}
          value={language === 'zh-CN' || language === 'en' ? language : ''}
          onChange={setLanguage}
          options={[
            { value: '', label: t('all') },
            { value: 'zh-CN', label: t('chinese') },
            { value: 'en', label: t('english') },
          ]}
        />
        <div className={styles.filter}>
          <Select<ArticleState | ''>
            label={t('state')}
            value={state as ArticleState | ''}
            onChange={setState}
            options={[
              { value: '', label: t('anyState') },
              { value: 'published', label: t('published') },
              { value: 'draft', label: t('draft') },
              { value: 'archived', label: t('archived') },
            ]}
          />
        </div>
        <div className={styles.filter}>
          <Select
            label={t('category')}
            value={category}
            onChange={setCategory}
            options={[{ value: '', label: t('anyCategory') }, ...(categories.data ?? []).map(({ name }) => ({ value: name, label: name }))]}
          />
        </div>
        <div className={styles.filter}>
          <Select<ArticleAudience | ''>
            label={ts('audience')}
            value={audience as ArticleAudience | ''}
            onChange={setAudience}
            options={[{ value: '', label: ts('anyAudience') }, ...(['everyone', 'signed_in', 'tiers', 'staff'] as const).map((value) => ({ value, label: ts(value) }))]}
          />
        </div>
        {mayEdit && (
          <Button icon="tag" onClick={() => setStepping(true)}>
            {ts('categoryFlows')}
          </Button>
        )}
      </Toolbar>
      {articles.isPending && <Loading />}
      {articles.error && <ErrorNote error={articles.error} onRetry={() => void articles.refetch()} />}
      {articles.data && rows.length === 0 && !filtered && <EmptyState icon="book" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {articles.data && rows.length === 0 && filtered && <EmptyState icon="search" title={t('noMatch')} text={t('noMatchText')} />}
      {rows.length > 0 && (
        <Table
          label={t('title')}
          rows={rows}
          rowKey={(article) => article.id + article.language}
          onRowClick={(article) => navigate(addressOf(article))}
          dimmed={(article) => article.state === 'archived'}
          columns={[
            {
              key: 'title',
              title: t('articleTitle'),
              grow: true,
              render: (article) => (
                <span className={styles.article}>
                  <Link to={addressOf(article)} className={styles.title} lang={article.language}>
                    {article.title || t('untitled')}
                  </Link>
                  {article.questions.length > 0 && <span className={styles.quiet}>{t('questionsCount', { n: article.questions.length })}</span>}
                </span>
              ),
            },
            { key: 'language', title: t('language'), wideOnly: true, render: (article) => <Badge>{t(article.language === 'en' ? 'english' : 'chinese')}</Badge> },
            { key: 'category', title: t('category'), wideOnly: true, render: (article) => <span className={styles.category}>{article.category || '–'}</span> },
            { key: 'state', title: t('state'), render: (article) => (
                <span className={styles.states}>
                  <StateBadge state={article.state} />
                  <ScopeBadges scope={article.scope} today={today} />
                </span>
              ) },
            { key: 'updated', title: t('updated'), wideOnly: true, render: (article) => <span className={styles.time}>{formatRelative(article.updated_at, now)}</span> },
          ]}
        />
      )}
      <LoadMore hasMore={articles.hasNextPage} busy={articles.isFetchingNextPage} onClick={() => void articles.fetchNextPage()} />
      {stepping && (
        <Suspense fallback={null}>
          <CategoryFlowsDialog onClose={() => setStepping(false)} />
        </Suspense>
      )}
    </>
  );
}

function addressOf(article: ArticleView): string {
  return `/knowledge/${article.id}?language=${article.language}`;
}
