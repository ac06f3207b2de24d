import { useEffect, useState } from 'react';
import type { ArticleRevisionView, ArticleState, ArticleTranslations, ArticleView, Language, UserView } from '@qingniao/shared/api';
import { useQueryClient } from '@tanstack/react-query';
import { api, path, refreshResource, useAll, useCreateKey } from '../../../api';
import { navigate } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { Button, Columns, ConfirmDialog, Field, fieldError, IconButton, Menu, MenuItem, MenuSeparator, SaveError, TextArea, TextInput, toast } from '../../../ui';
import { saveArticle, useCategories, useDeleteArticle } from '../api';
import { knowledgeMessages } from '../messages';
import { isDirty, restored, toBody, toDraft, type ArticleDraft } from '../model/draft';
import { BodyEditor } from './BodyEditor';
import { HistoryDialog } from './HistoryDialog';
import { NextFlowField } from './NextFlowField';
import { ScopeFields } from './ScopeFields';
import styles from './TranslationEditor.module.css';

export interface TranslationEditorProps {
  /** Null while the article is not made yet. */
  id: string | null;
  language: Language;
  article: ArticleView | null;
  /** The other language, to write over. */
  startFrom: ArticleView | null;
  startTitle: string;
  /** One a line. */
  startQuestions: string;
  /** Ids of customers' messages that it was begun from, parted by commas. */
  answers: string;
  readOnly: boolean;
  active: boolean;
  onDirty: (dirty: boolean) => void;
  onSaved: (article: ArticleView) => Promise<void>;
}

export function TranslationEditor({ id, language, article, startFrom, startTitle, startQuestions, answers, readOnly, active, onDirty, onSaved }: TranslationEditorProps) {
  const t = useT(knowledgeMessages);
  const client = useQueryClient();
  const categories = useCategories();
  const [base, setBase] = useState(article);
  const createKey = useCreateKey();
  const [draft, setDraft] = useState<ArticleDraft>(() => ({ ...toDraft(article ?? startFrom), ...(startTitle && !article ? { title: startTitle } : {}), ...(startQuestions && !article ? { questions: startQuestions } : {}) }));
  const [busy, setBusy] = useState<ArticleState | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [checked, setChecked] = useState(false);
  const [history, setHistory] = useState(false);
  const dirty = isDirty(draft, base);

  useEffect(() => onDirty(dirty), [dirty]); // eslint-disable-line react-hooks/exhaustive-deps -- the callback is new on every render

  const set = (patch: Partial<ArticleDraft>) => setDraft((before) => ({ ...before, ...patch }));

  function take(next: ArticleView) {
    setBase(next);
    setDraft(toDraft(next));
    setError(null);
    setChecked(false);
  }

  /** What was typed while it was being saved stays. */
  function takeSaved(next: ArticleView, sent: ArticleDraft) {
    setBase(next);
    setDraft((now) => (now === sent ? toDraft(next) : now));
    setChecked(false);
  }

  function takeUnder(newest: ArticleView) {
    setBase(newest);
    setError(null);
  }

  async function save(state: ArticleState, words: string, from: ArticleDraft = draft) {
    setChecked(true);
    if (!from.title.trim() || !from.body.trim()) return;
    setBusy(state);
    setError(null);
    try {
      const body = toBody(from, state);
      const next = await saveArticle({ id, language, body, version: base?.version ?? null, answers }, createKey([language, body]));
      takeSaved(next, draft);
      toast.success(id === null && answers ? `${words} ${t('answersSettled', { n: answers.split(',').length })}` : words);
      await onSaved(next);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(null);
    }
  }

  async function readAgain(apply: (newest: ArticleView) => void) {
    if (id === null) return;
    try {
      const { translations } = await api.get<ArticleTranslations>(path('/articles/{}', id));
      const newest = translations.find((one) => one.language === language);
      if (newest) apply(newest);
      await refreshResource(client, 'articles');
    } catch (problem) {
      setError(problem);
    }
  }

  async function restore(revision: ArticleRevisionView) {
    const from = restored(draft, revision);
    await save(base?.state ?? 'draft', t('restored', { n: revision.version }), from);
    setHistory(false);
  }

  const state = base?.state ?? null;
  const needed = (text: string) => (checked && !text.trim() ? t('needed') : undefined);
  return (
    <div className={styles.editor}>
      <div className={styles.bar}>
        <Meta article={base} />
        {!readOnly && (
          <div className={styles.actions}>
            {state === 'published' ? (
              <Button variant="primary" busy={busy !== null} disabled={!dirty} onClick={() => void save('published', t('saved'))}>
                {t('save')}
              </Button>
            ) : (
              <>
                <Button busy={busy === 'draft' || busy === 'archived'} disabled={!dirty && base !== null} onClick={() => void save(state ?? 'draft', t('saved'))}>
                  {t(state === 'archived' ? 'save' : 'saveDraft')}
                </Button>
                <Button variant="primary" busy={busy === 'published'} onClick={() => void save('published', t('publishedToast'))}>
                  {t('publish')}
                </Button>
              </>
            )}
            {base && <MoreMenu article={base} onState={save} onHistory={() => setHistory(true)} />}
          </div>
        )}
      </div>
      <SaveError error={error} onReload={() => void readAgain(take)} onKeep={() => void readAgain(takeUnder)} />
      <div className={styles.fields} lang={language}>
        <Columns>
          <Field label={t('titleLabel')} hint={!readOnly && t('titleHint')} error={fieldError(error, 'title') ?? needed(draft.title)}>
            {(control) => <TextInput {...control} maxLength={200} readOnly={readOnly} value={draft.title} onChange={(event) => set({ title: event.target.value })} />}
          </Field>
          <Field label={t('category')} hint={!readOnly && t('categoryHint')} optional={!readOnly} error={fieldError(error, 'category')}>
            {(control) => (
              <>
                <TextInput {...control} list={`categories-${language}`} maxLength={60} readOnly={readOnly} value={draft.category} onChange={(event) => set({ category: event.target.value })} />
                <datalist id={`categories-${language}`}>
                  {categories.data?.map(({ name }) => (
                    <option key={name} value={name} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
        </Columns>
        <Field label={t('questions')} hint={!readOnly && t('questionsHint')} optional={!readOnly} error={fieldError(error, 'questions')}>
          {(control) => <TextArea {...control} rows={4} readOnly={readOnly} value={draft.questions} onChange={(event) => set({ questions: event.target.value })} />}
        </Field>
        <BodyEditor body={draft.body} onChange={(body) => set({ body })} readOnly={readOnly} active={active} error={fieldError(error, 'body') ?? needed(draft.body)} />
        <NextFlowField id={draft.nextFlow} onChange={(nextFlow) => set({ nextFlow })} readOnly={readOnly} error={error} field="next_flow" />
        <ScopeFields draft={draft} onChange={set} readOnly={readOnly} error={error} />
      </div>
      {history && base && <HistoryDialog article={base} readOnly={readOnly} busy={busy !== null} onRestore={(revision) => void restore(revision)} onClose={() => setHistory(false)} />}
    </div>
  );
}

/** State, version, and who changed it last. */
function Meta({ article }: { article: ArticleView | null }) {
  const t = useT(knowledgeMessages);
  const { formatDateTime } = useFormat();
  const users = useAll<UserView>('users');
  if (!article) return <span className={styles.meta}>{t('stateNote_draft')}</span>;
  const author = users.data?.find((user) => user.id === article.updated_by)?.name;
  const time = formatDateTime(article.updated_at);
  return (
    <span className={styles.meta}>
      {t(`stateNote_${article.state}`)} {t('version', { n: article.version })} · {author ? t('by', { name: author, time }) : t('updatedAt', { time })}
    </span>
  );
}

interface MoreMenuProps {
  article: ArticleView;
  onState: (state: ArticleState, words: string) => Promise<void>;
  onHistory: () => void;
}

function MoreMenu({ article, onState, onHistory }: MoreMenuProps) {
  const t = useT(knowledgeMessages);
  const remove = useDeleteArticle();
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <Menu trigger={<IconButton icon="more" label={t('more')} plain />}>
        <MenuItem icon="history" onSelect={onHistory}>
          {t('history')}
        </MenuItem>
        {article.state === 'published' && article.scope.audience === 'everyone' && (
          <MenuItem icon="external" onSelect={() => window.open(`/help/${article.language}/${article.id}`, '_blank', 'noopener')}>
            {t('viewPublic')}
          </MenuItem>
        )}
        <MenuSeparator />
        {article.state !== 'draft' && (
          <MenuItem icon="edit" onSelect={() => void onState('draft', t('unpublishedToast'))}>
            {t('unpublish')}
          </MenuItem>
        )}
        {article.state !== 'archived' && (
          <MenuItem icon="archive" onSelect={() => void onState('archived', t('archivedToast'))}>
            {t('archive')}
          </MenuItem>
        )}
        <MenuItem icon="trash" danger onSelect={() => setRemoving(true)}>
          {t('delete')}
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('deleteTitle', { title: article.title })}
        text={t('deleteText')}
        action={t('delete')}
        onConfirm={async () => {
          await remove.mutateAsync(article);
          toast.success(t('deleted'));
          navigate('/knowledge', { replace: true });
        }}
      />
    </>
  );
}
