import { useState } from 'react';
import type { IntentModelView } from '@qingniao/shared/api';
import { Link } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { Button, ConfirmDialog, Meter, Section, toast } from '../../../ui';
import { usePublish } from '../api';
import { understandingMessages } from '../messages';
import { stepOf, steps } from '../model/curve';
import { Findings } from './Findings';
import styles from './Report.module.css';

const SHOWN = 6;
/** Weaker than this is worth a look. */
const F1_WEAK = 0.95;

interface ReportProps {
  model: IntentModelView;
  live: IntentModelView | null;
  mayEdit: boolean;
}

/** What one version was measured to do, in plain words, and the one choice there is: how sure it must be. */
export function Report({ model, live, mayEdit }: ReportProps) {
  const t = useT(understandingMessages);
  const weak = model.report.intents.filter((one) => one.f1 < F1_WEAK).slice(0, SHOWN);
  const confusions = model.report.confusions.slice(0, SHOWN);
  return (
    <>
      <Threshold model={model} live={live} mayEdit={mayEdit} />
      <div className={styles.columns}>
        <Section title={t('weakest')} description={t('weakestText')}>
          {weak.length === 0 && <p className={styles.quiet}>{t('noneWeak')}</p>}
          <ul className={styles.rows}>
            {weak.map((one) => (
              <li key={one.intent_id}>
                <div className={styles.row}>
                  <Link to={`/understanding/${one.intent_id}`}>{one.name}</Link>
                  <Shares precision={one.precision} recall={one.recall} />
                </div>
                <Meter label={one.name} value={one.f1} />
              </li>
            ))}
          </ul>
        </Section>
        <Section title={t('confused')} description={t('confusedText')}>
          {confusions.length === 0 && <p className={styles.quiet}>{t('noneConfused')}</p>}
          <ul className={styles.rows}>
            {confusions.map((one) => (
              <li key={`${one.intent_id} ${one.taken_for_id}`} className={styles.row}>
                <span>
                  <Link to={`/understanding/${one.intent_id}`}>{one.name}</Link>
                  <span className={styles.quiet}> {t('takenFor')} </span>
                  <Link to={`/understanding/${one.taken_for_id}`}>{one.taken_for_name}</Link>
                </span>
                <span className={styles.figure}>{t('times', { n: one.count })}</span>
              </li>
            ))}
          </ul>
        </Section>
      </div>
      <Findings findings={model.report.findings} mayEdit={mayEdit} />
    </>
  );
}

function Shares({ precision, recall }: { precision: number; recall: number }) {
  const t = useT(understandingMessages);
  const { formatPercent } = useFormat();
  return <span className={styles.figure}>{t('shares', { precision: formatPercent(precision), recall: formatPercent(recall) })}</span>;
}

function Threshold({ model, live, mayEdit }: ReportProps) {
  const t = useT(understandingMessages);
  const { formatPercent } = useFormat();
  const publish = usePublish();
  const [asking, setAsking] = useState(false);
  const all = steps(model.report.curve);
  const [chosen, setChosen] = useState(() => stepOf(all, model.threshold));
  const point = all[chosen];
  const isLive = model.state === 'live';
  const moved = point !== undefined && chosen !== stepOf(all, model.threshold);
  const send = async () => {
    await publish.mutateAsync({ id: model.id, threshold: moved && point ? point.threshold : model.threshold });
    toast.success(t('publishedToast', { n: model.number }));
  };
  return (
    <Section
      title={t('reportOf', { n: model.number })}
      description={t('measured', { accuracy: formatPercent(model.report.accuracy), examples: model.examples, intents: model.intents })}
      actions={
        mayEdit && (
          <Button variant={isLive && !moved ? 'secondary' : 'primary'} icon="check" disabled={isLive && !moved} onClick={() => setAsking(true)}>
            {isLive ? t(moved ? 'applyThreshold' : 'isLive') : t('publish')}
          </Button>
        )
      }
    >
      {point && (
        <>
          <p className={styles.sentence} aria-live="polite">
            {t('atThreshold', { answered: formatPercent(point.answered), wrong: formatPercent(point.wrong) })}
            {point.strangers_left !== null && ` ${t('strangers', { left: formatPercent(point.strangers_left) })}`}
          </p>
          <label className={styles.slider}>
            <span>{t('careful')}</span>
            <input
              type="range"
              min={0}
              max={Math.max(0, all.length - 1)}
              value={chosen}
              disabled={!mayEdit || all.length < 2}
              aria-label={t('threshold')}
              aria-valuetext={t('atThreshold', { answered: formatPercent(point.answered), wrong: formatPercent(point.wrong) })}
              onChange={(event) => setChosen(Number(event.target.value))}
            />
            <span>{t('eager')}</span>
          </label>
        </>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('publishTitle', { n: model.number })}
        text={live && live.id !== model.id ? t('publishReplaces', { n: live.number }) : t('publishText')}
        action={t('publish')}
        danger={false}
        onConfirm={send}
      />
    </Section>
  );
}
