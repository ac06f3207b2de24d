import { useState } from 'react';
import type { IntentModelView, ReadingView, TriedView } from '@qingniao/shared/api';
import { Link } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, EmptyState, ErrorNote, Field, Icon, Meter, Section, Select, TextInput } from '../../../ui';
import { Markdown } from '../../conversations/ui/thread/Markdown';
import { useModels, useTry } from '../api';
import { understandingMessages } from '../messages';
import { FoundEntities } from './FoundEntities';
import styles from './TryTab.module.css';

/** The test box: how a text is read, which words spoke for it, and what the bot would say. */
export function TryTab() {
  const t = useT(understandingMessages);
  const models = useModels();
  const attempt = useTry();
  const [text, setText] = useState('');
  const [modelId, setModelId] = useState('');
  const send = () => {
    if (text.trim()) attempt.mutate({ text: text.trim(), language: null, modelId: modelId || null });
  };
  return (
    <div className={styles.tab}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field label={t('tryLabel')} className={styles.text ?? ''}>
          {(control) => <TextInput {...control} maxLength={2000} placeholder={t('tryPlaceholder')} value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
        {(models.data?.length ?? 0) > 0 && (
          <Field label={t('version')} className={styles.version ?? ''}>
            {(control) => <Select {...control} value={modelId} onChange={setModelId} options={[{ value: '', label: t('liveVersion') }, ...choices(models.data ?? [], t)]} />}
          </Field>
        )}
        <Button type="submit" variant="primary" icon="flask" busy={attempt.isPending} disabled={!text.trim()}>
          {t('try')}
        </Button>
      </form>
      <div aria-live="polite" className={styles.result}>
        {attempt.error && <ErrorNote error={attempt.error} onRetry={send} />}
        {attempt.data && <Tried tried={attempt.data} />}
        {!attempt.data && !attempt.error && !attempt.isPending && <EmptyState icon="flask" title={t('tryEmpty')} text={t('tryEmptyText')} />}
      </div>
    </div>
  );
}

function choices(models: readonly IntentModelView[], t: (key: 'versionNumber', params: { n: number }) => string) {
  return models.filter((model) => model.state !== 'live').map((model) => ({ value: model.id, label: t('versionNumber', { n: model.number }) }));
}

function Tried({ tried }: { tried: TriedView }) {
  const t = useT(understandingMessages);
  const { reading, bot } = tried;
  const said = bot.decision === 'handoff' ? t('saysHandoff') : bot.text || t(bot.buttons.length > 0 ? 'saysOffers' : 'saysNothing');
  return (
    <>
      <Section title={t('says')} actions={<Badge tone={bot.decision === 'answer' ? 'success' : bot.decision === 'handoff' ? 'violet' : 'neutral'}>{t(`decision_${bot.decision}`)}</Badge>}>
        <div className={styles.said}>
          <Markdown text={said} />
        </div>
        {bot.buttons.length > 0 && <p className={styles.quiet}>{bot.buttons.map((button) => button.label).join(' / ')}</p>}
        {bot.decision !== 'handoff' &&
          bot.citations.map((citation) => (
            <Link key={citation.article_id} to={`/knowledge/${citation.article_id}`} className={styles.source}>
              <Icon name="book" size={14} />
              {citation.title}
            </Link>
          ))}
      </Section>
      <FoundEntities entities={tried.entities} />
      {reading ? <Reading reading={reading} /> : <p className={styles.quiet}>{t(bot.decision === 'small_talk' || bot.decision === 'handoff' ? 'notRead' : 'noVersion')}</p>}
    </>
  );
}

/** Intents less likely than this are left out. */
const SHOWN_MIN = 0.005;

function Reading({ reading }: { reading: ReadingView }) {
  const t = useT(understandingMessages);
  const { formatPercent } = useFormat();
  const loudest = Math.max(0.000001, ...reading.words.map((word) => word.weight));
  return (
    <Section title={t('reading')} description={t('readingText', { n: reading.model })} actions={<Badge tone={reading.accepted ? 'success' : 'warning'}>{t(reading.accepted ? 'accepted' : 'notAccepted')}</Badge>}>
      <ol className={styles.ranked}>
        {reading.ranked.filter((one, index) => index === 0 || one.probability >= SHOWN_MIN).map((one) => (
          <li key={one.intent_id}>
            <div className={styles.row}>
              <Link to={`/understanding/${one.intent_id}`}>{one.name}</Link>
              <span className={styles.figure}>{formatPercent(one.probability)}</span>
            </div>
            <Meter label={one.name} value={one.probability} />
          </li>
        ))}
      </ol>
      <p className={styles.quiet}>{t(reading.accepted ? 'whyAccepted' : 'whyNot', { in_scope: formatPercent(reading.in_scope), score: reading.score.toFixed(2), threshold: reading.threshold.toFixed(2) })}</p>
      {reading.words.length > 0 && (
        <div>
          <p className={styles.label}>{t('words', { name: reading.ranked[0]?.name ?? '' })}</p>
          <ul className={styles.words}>
            {reading.words.map((word, index) => (
              <li key={index} className={styles.word} data-strong={word.weight > loudest / 2 || undefined}>
                {word.text}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Section>
  );
}
