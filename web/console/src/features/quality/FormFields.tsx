// A score form to fill in, or filled in: each criterion a group of radio buttons, which arrow keys and Tab walk as browsers do.
import { useId, useState } from 'react';
import type { Answers, Criterion, ReviewAnswer, ScoreForm } from '@qingniao/shared/quality';
import { useLanguage, useT } from '../../i18n';
import { Badge, Button, fieldError, Icon, TextArea } from '../../ui';
import { qualityMessages } from './messages';
import { answerField } from './model';
import styles from './Quality.module.css';

interface Props {
  form: ScoreForm;
  answers: Answers;
  /** Read only without it. */
  onChange?: (answers: Answers) => void;
  error: unknown;
}

const NOTHING: ReviewAnswer = { value: '', note: '' };

export function FormFields({ form, answers, onChange, error }: Props) {
  const name = useName();
  return (
    <div className={styles.form}>
      {form.note && onChange && <p className={styles.hint}>{form.note}</p>}
      {form.sections.map((section, at) => (
        <section key={at} className={styles.group} aria-label={name(section)}>
          <h2 className={styles.groupTitle}>{name(section)}</h2>
          {section.criteria.map((criterion) => (
            <Question
              key={criterion.key}
              criterion={criterion}
              answer={answers[criterion.key] ?? NOTHING}
              error={fieldError(error, answerField(criterion.key))}
              {...(onChange ? { onChange: (answer: ReviewAnswer) => onChange({ ...answers, [criterion.key]: answer }) } : {})}
            />
          ))}
        </section>
      ))}
    </div>
  );
}

export function useName(): (named: { zh: string; en: string }) => string {
  const language = useLanguage();
  return (named) => (language === 'en' ? named.en : named.zh);
}

interface QuestionProps {
  criterion: Criterion;
  answer: ReviewAnswer;
  error: string | undefined;
  onChange?: (answer: ReviewAnswer) => void;
}

function Question({ criterion, answer, error, onChange }: QuestionProps) {
  const t = useT(qualityMessages);
  const name = useName();
  const id = useId();
  const [noting, setNoting] = useState(answer.note !== '');
  return (
    <fieldset className={styles.question} aria-describedby={error ? `${id}-error` : undefined}>
      <legend className={styles.legend}>
        {name(criterion)} {criterion.fatal && <Badge tone="danger">{t('fatal')}</Badge>}
        <span className={styles.quiet}>
          {t('weight')} {criterion.weight}
        </span>
      </legend>
      {criterion.note && <p className={styles.hint}>{criterion.note}</p>}
      <div className={styles.choices}>
        {choices(criterion, t, name).map(([value, label]) => (
          <label key={value} className={styles.choice}>
            <input
              type="radio"
              name={id}
              value={value}
              checked={answer.value === value}
              disabled={!onChange}
              onChange={() => onChange?.({ ...answer, value })}
            />
            <span>{label}</span>
          </label>
        ))}
        {onChange && !noting && (
          <Button size="sm" variant="ghost" icon="note" aria-label={t('criterionNote', { name: name(criterion) })} onClick={() => setNoting(true)}>
            {t('remark')}
          </Button>
        )}
      </div>
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          <Icon name="alert" size={14} /> {error}
        </p>
      )}
      {onChange && noting && (
        <TextArea
          rows={2}
          maxLength={2000}
          aria-label={t('criterionNote', { name: name(criterion) })}
          value={answer.note}
          onChange={(event) => onChange({ ...answer, note: event.target.value })}
        />
      )}
      {!onChange && answer.note && <p className={styles.said}>{answer.note}</p>}
    </fieldset>
  );
}

function choices(criterion: Criterion, t: (key: 'yes' | 'no' | 'na') => string, name: (named: { zh: string; en: string }) => string): [string, string][] {
  const offered: [string, string][] =
    criterion.kind === 'yes_no'
      ? [
          ['yes', t('yes')],
          ['no', t('no')],
        ]
      : criterion.kind === 'scale'
        ? ['1', '2', '3', '4', '5'].map((n) => [n, n])
        : criterion.options.map((option) => [option.key, name(option)]);
  return criterion.optional ? [...offered, ['na', t('na')]] : offered;
}
