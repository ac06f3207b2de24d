import { useState } from 'react';
import type { ChangedQuestion, ComparisonView, GuessView, SideScore } from '@qingniao/shared/api';
import { Link } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, Section, Segmented, Table } from '../../../ui';
import { evaluationMessages } from '../evaluation-messages';
import { deltas } from '../model/matrix';
import styles from './EvaluationTab.module.css';

const DELTAS_SHOWN = 8;
const CHANGED_SHOWN = 8;

/** Two versions on the same questions: their figures, and the intents that moved. */
export function Comparison({ comparison }: { comparison: ComparisonView }) {
  const t = useT(evaluationMessages);
  const { formatNumber } = useFormat();
  const [first, second] = comparison.sides;
  const learnt = comparison.sides.filter((side) => side.seen > 0 && comparison.set_aside);
  return (
    <Section title={t('comparison')} description={t(comparison.set_aside ? 'comparisonTests' : 'comparisonAll', { n: formatNumber(comparison.questions) })}>
      <Figures sides={comparison.sides} />
      {learnt.map((side) => (
        <p key={side.number} className={styles.quiet}>
          {t('seenNote', { n: side.number, seen: formatNumber(side.seen) })}
        </p>
      ))}
      {first && second && <Deltas first={first} second={second} />}
    </Section>
  );
}

function Figures({ sides }: { sides: readonly SideScore[] }) {
  const t = useT(evaluationMessages);
  const { formatNumber, formatPercent } = useFormat();
  const measures = [
    { key: 'accuracy', title: t('accuracy'), of: (side: SideScore) => formatPercent(side.accuracy) },
    { key: 'answered', title: t('answered'), of: (side: SideScore) => formatPercent(side.answered) },
    { key: 'wrong', title: t('wrong'), of: (side: SideScore) => formatPercent(side.wrong) },
    { key: 'seen', title: t('seen'), of: (side: SideScore) => formatNumber(side.seen) },
  ];
  return (
    <Table
      label={t('comparison')}
      rows={measures}
      rowKey={(measure) => measure.key}
      columns={[
        { key: 'measure', title: t('measure'), grow: true, render: (measure) => measure.title },
        ...sides.map((side) => ({ key: String(side.number), title: t('versionNumber', { n: side.number }), align: 'end' as const, render: (measure: (typeof measures)[number]) => measure.of(side) })),
      ]}
    />
  );
}

function Deltas({ first, second }: { first: SideScore; second: SideScore }) {
  const t = useT(evaluationMessages);
  const { formatPercent } = useFormat();
  const moved = deltas(first.intents, second.intents, DELTAS_SHOWN);
  return (
    <div>
      <p className={styles.subtitle}>{t('deltaTitle')}</p>
      {moved.length === 0 && <p className={styles.quiet}>{t('sameIntents')}</p>}
      <ul className={styles.rows}>
        {moved.map((one) => (
          <li key={one.intent.intent_id} className={styles.line}>
            <Link to={`/understanding/${one.intent.intent_id}`}>{one.intent.name}</Link>
            <span className={one.to > one.from ? styles.better : styles.worse}>
              {formatPercent(one.from)} → {formatPercent(one.to)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

type Wanted = 'all' | 'better' | 'worse';

/** Acting rightly is best, leaving it to the knowledge is second, acting wrongly is worst. */
function worth(guess: GuessView | undefined): number {
  if (!guess) return 0;
  return guess.sure ? (guess.right ? 2 : -2) : guess.right ? 1 : 0;
}

/** Questions the two read differently; nothing where there is one version only. */
export function Changed({ comparison }: { comparison: ComparisonView }) {
  const t = useT(evaluationMessages);
  const { formatNumber } = useFormat();
  const [wanted, setWanted] = useState<Wanted>('all');
  const gain = (question: ChangedQuestion) => worth(question.guesses[0]) - worth(question.guesses[1]);
  const [all, setAll] = useState(false);
  const found = comparison.changed.filter((question) => wanted === 'all' || (wanted === 'better' ? gain(question) > 0 : gain(question) < 0));
  const shown = all ? found : found.slice(0, CHANGED_SHOWN);
  return (
    <Section
      title={t('changed')}
      description={t('changedText', { n: formatNumber(comparison.changed_count) })}
      actions={<Segmented<Wanted> label={t('filter')} value={wanted} onChange={setWanted} options={(['all', 'better', 'worse'] as const).map((value) => ({ value, label: t(value) }))} />}
    >
      {shown.length === 0 && <p className={styles.quiet}>{t('noChanged')}</p>}
      <ul className={styles.rows}>
        {shown.map((question) => (
          <li key={`${question.language} ${question.text}`} className={styles.row}>
            <div className={styles.line}>
              <span lang={question.language} className={styles.text}>
                {t('said', { text: question.text })}
              </span>
              <span className={styles.quiet}>{t('means', { name: question.intent })}</span>
            </div>
            <div className={styles.guesses}>
              {question.guesses.map((guess, side) => (
                <Guess key={side} guess={guess} number={comparison.sides[side]?.number ?? 0} />
              ))}
            </div>
          </li>
        ))}
      </ul>
      {found.length > shown.length && (
        <div>
          <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
            {t('showAll', { n: formatNumber(found.length) })}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Guess({ guess, number }: { guess: GuessView; number: number }) {
  const t = useT(evaluationMessages);
  const { formatPercent } = useFormat();
  return (
    <span className={styles.guess}>
      <span className={styles.quiet}>{t('versionNumber', { n: number })}</span>
      <span>{guess.intent}</span>
      <span className={styles.number}>{formatPercent(guess.probability)}</span>
      <Badge tone={guess.right ? 'success' : 'danger'}>{t(guess.right ? 'right' : 'notRight')}</Badge>
      {!guess.sure && <Badge>{t('notSure')}</Badge>}
    </span>
  );
}
