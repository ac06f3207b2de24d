import { useState } from 'react';
import type { AskDecision, AskView, Language } from '@qingniao/shared/api';
import { Link, navigate } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useFormat, useLanguage, useT } from '../../../i18n';
import { Badge, Button, Dialog, EmptyState, ErrorNote, Field, Icon, Meter, Segmented, Select, TextArea, TextInput, type Tone } from '../../../ui';
import { Markdown } from '../../conversations/ui/thread/Markdown';
import { useAsk } from '../api';
import { knowledgeMessages } from '../messages';
import { scopeMessages } from '../scope-messages';
import styles from './AskPanel.module.css';

type Asker = 'anybody' | 'signed_in' | 'tier';

/** The test box: what the bot would say to a question, and which articles it weighed. */
export function AskPanel({ onClose }: { onClose: () => void }) {
  const t = useT(knowledgeMessages);
  const ui = useLanguage();
  const [text, setText] = useState('');
  const [language, setLanguage] = useState<Language>(ui);
  const ts = useT(scopeMessages);
  const [asker, setAsker] = useState<Asker>('anybody');
  const [tier, setTier] = useState('');
  const ask = useAsk();
  function send() {
    if (text.trim()) ask.mutate({ text: text.trim(), language, signed_in: asker !== 'anybody', tier: asker === 'tier' ? tier : null });
  }
  return (
    <Dialog open kind="side" onClose={onClose} title={t('askTitle')} description={t('askText')}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field label={t('askLabel')} labelHidden>
          {(control) => (
            <TextArea
              {...control}
              rows={2}
              autoFocus
              maxLength={2000}
              placeholder={t('askPlaceholder')}
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                const composing = event.nativeEvent.isComposing || event.keyCode === 229;
                if (event.key !== 'Enter' || event.shiftKey || composing) return;
                event.preventDefault();
                send();
              }}
            />
          )}
        </Field>
        <div className={styles.row}>
          <Select<Asker> label={ts('asker')} size="sm" value={asker} onChange={setAsker} options={(['anybody', 'signed_in', 'tier'] as const).map((value) => ({ value, label: ts(`asker_${value}`) }))} />
          {asker === 'tier' && <TextInput aria-label={ts('tierNames')} placeholder="gold" maxLength={60} value={tier} onChange={(event) => setTier(event.target.value)} />}
        </div>
        <div className={styles.row}>
          <Segmented<Language>
            label={t('language')}
            value={language}
            onChange={setLanguage}
            options={[
              { value: 'zh-CN', label: t('chinese') },
              { value: 'en', label: t('english') },
            ]}
          />
          <Button type="submit" variant="primary" icon="send" busy={ask.isPending} disabled={!text.trim()}>
            {t('askSend')}
          </Button>
        </div>
      </form>
      <div aria-live="polite" className={styles.result}>
        {ask.error && <ErrorNote error={ask.error} onRetry={send} />}
        {ask.data && <Answer answer={ask.data} question={ask.variables?.text ?? ''} />}
        {!ask.data && !ask.error && !ask.isPending && <EmptyState icon="flask" title={t('askEmpty')} />}
      </div>
    </Dialog>
  );
}

const DECISION_TONE: Record<AskDecision, Tone> = {
  answer: 'success',
  ask_back: 'info',
  suggest: 'info',
  miss: 'warning',
  handoff: 'violet',
  small_talk: 'neutral',
};

function Answer({ answer, question }: { answer: AskView; question: string }) {
  const t = useT(knowledgeMessages);
  const mayEdit = useHasRole('supervisor');
  const best = Math.max(0.000001, ...answer.candidates.map((one) => one.score), answer.threshold ?? 0);
  return (
    <>
      <section className={styles.card}>
        <header className={styles.cardHeader}>
          <h3 className={styles.heading}>
            <Icon name="bot" size={17} />
            {t('askAnswer')}
          </h3>
          <Badge tone={DECISION_TONE[answer.decision]}>{t(`decision_${answer.decision}`)}</Badge>
        </header>
        {answer.text === '' && <p className={styles.quiet}>{t('askNothing')}</p>}
        {answer.text !== '' && (
          <div className={styles.text}>{answer.decision === 'answer' ? <Markdown text={answer.text} /> : answer.text}</div>
        )}
        {answer.citations.map((citation) => (
          <Link key={citation.article_id} to={`/knowledge/${citation.article_id}`} className={styles.source}>
            <Icon name="book" size={14} />
            {citation.title}
          </Link>
        ))}
        {answer.buttons.length > 0 && (
          <ul className={styles.buttons}>
            {answer.buttons.map((button) => (
              <li key={button.label} className={styles.button}>
                {button.label}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className={styles.card}>
        <header className={styles.cardHeader}>
          <h3 className={styles.heading}>{t('candidates')}</h3>
          <Numbers answer={answer} />
        </header>
        {answer.candidates.length === 0 && <p className={styles.quiet}>{t('noCandidates')}</p>}
        <ol className={styles.candidates}>
          {answer.candidates.map((candidate) => (
            <li key={candidate.article_id}>
              <div className={styles.candidate}>
                <Link to={`/knowledge/${candidate.article_id}`}>{candidate.title}</Link>
                <span className={styles.score}>{candidate.score.toFixed(2)}</span>
              </div>
              <Meter label={t('score')} max={best} value={Math.max(0, candidate.score)} />
            </li>
          ))}
        </ol>
        {mayEdit && answer.decision !== 'answer' && (
          <div>
            <Button size="sm" icon="plus" onClick={() => navigate(`/knowledge/new?title=${encodeURIComponent(question)}`)}>
              {t('askCreate')}
            </Button>
          </div>
        )}
      </section>
    </>
  );
}

function Numbers({ answer }: { answer: AskView }) {
  const t = useT(knowledgeMessages);
  const { formatNumber } = useFormat();
  return (
    <span className={styles.numbers}>
      {answer.score !== null && `${t('best')} ${formatNumber(answer.score)}`}
      {answer.threshold !== null && ` · ${t('threshold')} ${formatNumber(answer.threshold)}`}
    </span>
  );
}
