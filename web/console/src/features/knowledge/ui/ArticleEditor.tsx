import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ArticleView, Language } from '@qingniao/shared/api';
import { refreshResource } from '../../../api';
import { navigate, useLeaveGuard, useLocation } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useLanguage, useT } from '../../../i18n';
import { Button, EmptyState, ErrorNote, Loading, Page, Tabs } from '../../../ui';
import { rememberMade, useArticle } from '../api';
import { knowledgeMessages } from '../messages';
import { StateBadge } from './StateBadge';
import { TranslationEditor } from './TranslationEditor';
import styles from './ArticleEditor.module.css';

const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];

export interface ArticleEditorProps {
  /** Null while the article is not made yet. */
  id: string | null;
  /** Called with its id once it is. */
  onMade: (id: string) => void;
}

export function ArticleEditor({ id, onMade }: ArticleEditorProps) {
  const t = useT(knowledgeMessages);
  const article = useArticle(id);
  const back = { to: '/knowledge', label: t('back') };
  if (id !== null && article.error && !article.data) {
    return (
      <Page title={t('title')} back={back}>
        <ErrorNote error={article.error} onRetry={() => void article.refetch()} />
      </Page>
    );
  }
  if (id !== null && !article.data) return <Loading />;
  return <Translations id={id} translations={article.data?.translations ?? []} onMade={onMade} />;
}

/** Both languages stay mounted, so that a change in one is kept while the other is looked at. */
function Translations({ id, translations, onMade }: ArticleEditorProps & { translations: readonly ArticleView[] }) {
  const t = useT(knowledgeMessages);
  const client = useQueryClient();
  const mayEdit = useHasRole('supervisor');
  const { search } = useLocation();
  const ui = useLanguage();
  const wanted = search.get('language');
  const [language, setLanguage] = useState<Language>(wanted === 'zh-CN' || wanted === 'en' ? wanted : (translations[0]?.language ?? ui));
  const [started, setStarted] = useState<readonly Language[]>(id === null ? [language] : []);
  const [dirty, setDirty] = useState<readonly Language[]>([]);
  const [copyFrom, setCopyFrom] = useState<ArticleView | null>(null);
  useLeaveGuard(dirty.length > 0, t('unsavedQuestion'));

  const find = (one: Language) => translations.find((translation) => translation.language === one) ?? null;
  const current = find(language);
  const name = (one: Language) => t(one === 'en' ? 'english' : 'chinese');
  const other = translations.find((translation) => translation.language !== language) ?? null;

  function markDirty(one: Language, on: boolean) {
    setDirty((before) => (before.includes(one) === on ? before : on ? [...before, one] : before.filter((kept) => kept !== one)));
  }

  async function saved(article: ArticleView) {
    if (id === null) {
      if (search.get('answers')) await refreshResource(client, 'learning-items');
      rememberMade(client, article);
      onMade(article.id);
      navigate(`/knowledge/${article.id}?language=${article.language}`, { replace: true, samePage: true });
    }
    await refreshResource(client, 'articles');
  }

  function begin(source: ArticleView | null) {
    setCopyFrom(source);
    setStarted([...started, language]);
  }

  return (
    <Page
      title={current?.title || find('zh-CN')?.title || find('en')?.title || t(id === null ? 'new' : 'untitled')}
      back={{ to: '/knowledge', label: t('back') }}
      width="full"
    >
      {!mayEdit && <p className={styles.readOnly}>{t('readOnly')}</p>}
      <Tabs<Language>
        value={language}
        onChange={setLanguage}
        label={t('translations')}
        tabs={LANGUAGES.map((one) => {
          const translation = find(one);
          return {
            value: one,
            disabled: id === null && one !== language,
            label: (
              <>
                {name(one)}
                {translation ? <StateBadge state={translation.state} /> : <span className={styles.missing}>{t('missing')}</span>}
                {dirty.includes(one) && <span className={styles.dirty} aria-hidden="true" />}
              </>
            ),
          };
        })}
      >
        {LANGUAGES.map((one) => {
          const translation = find(one);
          if (!translation && !started.includes(one)) return null;
          return (
            <div key={one} hidden={one !== language}>
              <TranslationEditor
                id={id}
                language={one}
                article={translation}
                startFrom={translation ? null : copyFrom}
                startTitle={id === null ? (search.get('title') ?? '') : ''}
                startQuestions={id === null ? search.getAll('question').join('\n') : ''}
                answers={id === null ? (search.get('answers') ?? '') : ''}
                readOnly={!mayEdit}
                active={one === language}
                onDirty={(on) => markDirty(one, on)}
                onSaved={saved}
              />
            </div>
          );
        })}
        {!current && !started.includes(language) && (
          <EmptyState
            icon="globe"
            title={t('start', { language: name(language) })}
            text={t('startText')}
            action={
              mayEdit && (
                <span className={styles.starts}>
                  <Button variant="primary" icon="plus" onClick={() => begin(null)}>
                    {t('start', { language: name(language) })}
                  </Button>
                  {other && (
                    <Button icon="copy" onClick={() => begin(other)}>
                      {t('copyOther')}
                    </Button>
                  )}
                </span>
              )
            }
          />
        )}
      </Tabs>
    </Page>
  );
}
