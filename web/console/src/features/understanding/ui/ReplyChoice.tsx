import type { IntentReply } from '@qingniao/shared/api';
import { useLanguage, useT } from '../../../i18n';
import { Field, fieldError, FieldSet, Select, TextArea } from '../../../ui';
import { NextFlowField } from '../../knowledge/ui/NextFlowField';
import { useArticleChoices } from '../api';
import { understandingMessages } from '../messages';
import styles from './ReplyChoice.module.css';

const KINDS = ['article', 'text', 'handoff', 'none'] as const;
type Kind = (typeof KINDS)[number];

const EMPTY: Record<Kind, IntentReply> = {
  article: { kind: 'article', article_id: '' },
  text: { kind: 'text', zh: '', en: '', next_flow: null },
  handoff: { kind: 'handoff' },
  none: { kind: 'none' },
};

interface ReplyChoiceProps {
  reply: IntentReply;
  onChange: (reply: IntentReply) => void;
  readOnly: boolean;
  checked: boolean;
  error: unknown;
}

export function ReplyChoice({ reply, onChange, readOnly, checked, error }: ReplyChoiceProps) {
  const t = useT(understandingMessages);
  return (
    <FieldSet legend={t('reply')}>
      <div className={styles.kinds}>
        {KINDS.map((kind) => (
          <label key={kind} className={styles.kind}>
            <input type="radio" name="reply" checked={reply.kind === kind} disabled={readOnly} onChange={() => onChange(EMPTY[kind])} />
            <span>
              <span className={styles.name}>{t(`reply_${kind}`)}</span>
              <span className={styles.hint}>{t(`replyHint_${kind}`)}</span>
            </span>
          </label>
        ))}
      </div>
      {reply.kind === 'article' && <ArticleChoice id={reply.article_id} onChange={(id) => onChange({ kind: 'article', article_id: id })} readOnly={readOnly} checked={checked} error={error} />}
      {reply.kind === 'text' && (
        <div className={styles.texts}>
          <Field label={t('replyZh')} error={fieldError(error, 'reply.zh')}>
            {(control) => <TextArea {...control} lang="zh-CN" rows={4} maxLength={4000} readOnly={readOnly} value={reply.zh} onChange={(event) => onChange({ ...reply, zh: event.target.value })} />}
          </Field>
          <Field label={t('replyEn')} error={fieldError(error, 'reply.en')}>
            {(control) => <TextArea {...control} lang="en" rows={4} maxLength={4000} readOnly={readOnly} value={reply.en} onChange={(event) => onChange({ ...reply, en: event.target.value })} />}
          </Field>
          <NextFlowField id={reply.next_flow ?? ''} onChange={(id) => onChange({ ...reply, next_flow: id || null })} readOnly={readOnly} error={error} field="reply.next_flow" />
        </div>
      )}
    </FieldSet>
  );
}

interface ArticleChoiceProps {
  id: string;
  onChange: (id: string) => void;
  readOnly: boolean;
  checked: boolean;
  error: unknown;
}

function ArticleChoice({ id, onChange, readOnly, checked, error }: ArticleChoiceProps) {
  const t = useT(understandingMessages);
  const articles = useArticleChoices(useLanguage());
  const options = articles.data ?? [];
  const missing = id !== '' && articles.data !== undefined && !options.some((one) => one.value === id);
  return (
    <Field
      label={t('article')}
      error={fieldError(error, 'reply.article_id') ?? (checked && !id ? t('articleNeeded') : missing ? t('articleGone') : undefined)}
    >
      {() => <Select label={t('article')} value={id} onChange={onChange} disabled={readOnly} options={options} />}
    </Field>
  );
}
