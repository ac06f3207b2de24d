// The routine tried on the page: how far, with which inputs, what happened at each step with a picture of it, and the last page to
// pick the next thing from.
import { useState } from 'react';
import type { UseMutationResult } from '@tanstack/react-query';
import type { RoutineRehearsed } from '@qingniao/shared/connectors';
import { useLanguage, useT } from '../../../../i18n';
import { Badge, Button, ErrorNote, Loading, Section, cx } from '../../../../ui';
import type { Json } from '../../../flows/model/document';
import { wordsOf } from '../../../flows/model/why';
import { recordingMessages } from '../../messages/recording';
import { robotMessages } from '../../messages/robot';
import { missing, savedBy, type Routine, type Step } from '../../model/routine';
import { InputForm } from '../InputForm';
import { PageView } from './PageView';
import type { Recording } from './useRecorder';
import styles from './Robot.module.css';

export interface RehearsalProps {
  routine: Routine;
  chosen: number;
  given: Record<string, Json>;
  onGiven: (given: Record<string, Json>) => void;
  play: UseMutationResult<RoutineRehearsed, Error, number>;
  onAdd: (step: Step, after: number) => void;
  recording: Recording;
  onRecord: () => void;
}

export function Rehearsal({ routine, chosen, given, onGiven, play, onAdd, recording, onRecord }: RehearsalProps) {
  const t = useT(robotMessages);
  const r = useT(recordingMessages);
  const [looked, setLooked] = useState<number | null>(null);
  const [note, setNote] = useState('');
  const hasInputs = Object.keys(routine.input.properties ?? {}).length > 0;
  const isBusy = play.isPending || recording.begin.isPending;
  function isReady(upTo: number): boolean {
    const open = routine.steps.slice(0, upTo).findIndex((step) => missing(step).length > 0);
    setNote(open < 0 ? '' : t('badSteps', { n: open + 1 }));
    setLooked(null);
    return open < 0;
  }
  function begin(upTo: number) {
    if (!isReady(upTo)) return;
    recording.begin.reset();
    play.mutate(upTo);
  }
  // What kept a recording from beginning is looked at like a play.
  const kept = recording.begin.data?.id === null ? recording.begin.data.played : null;
  const played = kept ?? play.data;
  const last = (played?.steps.length ?? 0) - 1;
  const shown = looked ?? last;
  const step = played?.steps[shown];
  return (
    <div className={styles.right}>
      <Section title={t('rehearse')} description={t('rehearseText')}>
        {hasInputs && (
          <details className={styles.about} open>
            <summary>{t('testInput')}</summary>
            <InputForm schema={routine.input} value={given} onChange={onGiven} />
          </details>
        )}
        <div className={styles.deeds}>
          <Button variant="primary" icon="play" busy={play.isPending} disabled={isBusy} onClick={() => begin(routine.steps.length)}>
            {t('rehearseAll')}
          </Button>
          <Button disabled={isBusy} onClick={() => begin(chosen + 1)}>
            {t('rehearseTo', { n: chosen + 1 })}
          </Button>
          <Button busy={recording.begin.isPending} disabled={isBusy} onClick={() => isReady(routine.steps.length) && onRecord()}>
            <span className={styles.recordDot} aria-hidden="true" />
            {r('record')}
          </Button>
        </div>
        <p className={styles.quiet}>{r('recordText')}</p>
        {note && (
          <p className={styles.wrong} role="alert">
            {note}
          </p>
        )}
        {isBusy && (
          <div role="status">
            <Loading />
            <p className={styles.quiet}>{play.isPending ? t('running') : r('beginning')}</p>
          </div>
        )}
        {(recording.begin.error ?? play.error) && <ErrorNote error={recording.begin.error ?? play.error} />}
        {kept && (
          <p className={styles.wrong} role="alert">
            {r('notRecording')}
          </p>
        )}
        {played && !isBusy && <Trace played={played} shown={shown} onLook={setLooked} />}
      </Section>
      <Section title={t('page')} description={played?.page && shown === last ? t('pickHint', { n: Math.min(last, routine.steps.length - 1) + 1 }) : undefined}>
        {!played && <p className={styles.quiet}>{t('noPage')}</p>}
        {played && !step?.picture && <p className={styles.quiet}>{t('noPicture')}</p>}
        {played && step?.picture && (
          <PageView
            picture={step.picture}
            label={t('picture', { n: shown + 1 })}
            page={shown === last ? played.page : null}
            saved={savedBy(routine.steps)}
            onAdd={(made) => onAdd(made, Math.min(last, routine.steps.length - 1))}
          />
        )}
      </Section>
    </div>
  );
}

function Trace({ played, shown, onLook }: { played: RoutineRehearsed; shown: number; onLook: (index: number) => void }) {
  const t = useT(robotMessages);
  const language = useLanguage();
  const words = played.ok ? t('done') : played.steps.length > 0 ? t('stopped', { n: played.steps.length }) : t('notBegun');
  return (
    <>
      <p role="status" className={styles.state}>
        <Badge tone={played.ok ? 'success' : 'danger'} icon={played.ok ? 'check' : 'alert'}>
          {words}
        </Badge>
        {played.error && <span className={styles.wrong}>{wordsOf(played, language)}</span>}
      </p>
      <ol className={styles.trace} aria-label={t('trace')}>
        {played.steps.map((step, index) => (
          <li key={index}>
            <button type="button" className={cx(styles.passed, index === shown && styles.chosen)} aria-pressed={index === shown} onClick={() => onLook(index)}>
              {step.picture ? <img className={styles.thumb} src={`data:image/png;base64,${step.picture}`} alt="" /> : <span className={styles.thumb} />}
              <span className={styles.passedWords}>
                {index + 1}. <code>{step.step}</code>
                <small className={step.error ? styles.wrong : styles.quiet}>{wordsOf(step, language) ?? t('took', { ms: step.took_ms })}</small>
              </span>
            </button>
          </li>
        ))}
      </ol>
      {played.ok && Object.keys(played.answer).length > 0 && (
        <pre className={styles.gave} aria-label={t('gave')} tabIndex={0}>
          {JSON.stringify(played.answer, null, 2)}
        </pre>
      )}
    </>
  );
}
