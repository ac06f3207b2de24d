// The page while it is recorded: what is pressed in the picture is done there at once and becomes the next step of the list.
import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { PageElement, RobotPage } from '@qingniao/shared/connectors';
import { useLanguage, useT } from '../../../../i18n';
import { Button, ErrorNote, Spinner, TextInput } from '../../../../ui';
import type { Json } from '../../../flows/model/document';
import { wordsOf } from '../../../flows/model/why';
import { recordingMessages } from '../../messages/recording';
import { robotMessages } from '../../messages/robot';
import { ask, deed, deedOf, isPlain, pathOf, type Asked, type Deed } from '../../model/recording';
import { savedBy, type Routine, type Step } from '../../model/routine';
import { Ask } from './Ask';
import { PageView, useElementName } from './PageView';
import type { Recording } from './useRecorder';
import styles from './Recorder.module.css';

export interface RecorderProps {
  recording: Recording;
  routine: Routine;
  given: Record<string, Json>;
  address: string;
  /** Steps of this recording that stand in the list. */
  count: number;
  onUndo: () => void;
  onAgain: () => void;
}

export function Recorder({ recording, routine, given, address, count, onUndo, onAgain }: RecorderProps) {
  const t = useT(recordingMessages);
  const language = useLanguage();
  const nameOf = useElementName();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [undone, setUndone] = useState(false);
  const pane = useRef<HTMLElement>(null);
  const { step, look, shown, isLost } = recording;
  const isBusy = step.isPending || look.isPending || recording.begin.isPending;
  const failure = recording.begin.error ?? (isLost ? null : (step.error ?? look.error));
  const saved = savedBy(routine.steps);
  const last = shown?.steps.at(-1);
  // What was pressed may be gone from the page, and the keyboard's place with it.
  useEffect(() => {
    if (document.activeElement === document.body) pane.current?.focus({ preventScroll: true });
  }, [shown, asked]);

  // Two presses before the screen shows the first are one.
  const acting = useRef(false);
  function carryOut(wish: Deed) {
    if (acting.current || isBusy || isLost) return;
    acting.current = true;
    setUndone(false);
    step.mutate(wish, {
      onSuccess: (played) => played.ok && setAsked(null),
      onSettled: () => {
        acting.current = false;
      },
    });
  }
  function press(element: PageElement, picked?: Step) {
    if (isBusy || isLost) return;
    const next = ask(element, saved, picked);
    // Only where there is nothing to choose: a list's first option is not yet a wish.
    const atOnce = picked ? picked.do === 'click' || picked.do === 'wait' : isPlain(element);
    const wish = atOnce ? deed(next, routine) : null;
    if (wish) carryOut(wish);
    else setAsked(next);
  }
  function undo() {
    onUndo();
    setUndone(true);
  }
  return (
    <section ref={pane} tabIndex={-1} className={styles.recorder} aria-label={t('recording')} aria-busy={isBusy}>
      <header className={styles.head}>
        <span className={styles.dot} aria-hidden="true" />
        <strong role="status">{t('recording')}</strong>
        <span className={styles.quiet}>{t('recordedSteps', { n: count })}</span>
        <span className={styles.gap} />
        <Button size="sm" icon="undo" disabled={isBusy || count === 0 || routine.steps.length < 2} onClick={undo}>
          {t('undo')}
        </Button>
        <Button size="sm" icon="refresh" disabled={isBusy || isLost} onClick={() => look.mutate()}>
          {t('look')}
        </Button>
        {isLost && (
          <Button size="sm" busy={recording.begin.isPending} onClick={onAgain}>
            {t('again')}
          </Button>
        )}
        <Button size="sm" variant="danger" icon="check" onClick={recording.end}>
          {t('end')}
        </Button>
      </header>
      {!isLost && <AddressLine page={shown?.page ?? null} busy={isBusy} onOpen={(url) => carryOut(deedOf({ do: 'open', url: pathOf(url, address) }))} />}
      {isLost && (
        <p className={styles.wrong} role="alert">
          {t('lost')}
        </p>
      )}
      {failure && <ErrorNote error={failure} />}
      {step.data && !step.data.ok && !isBusy && (
        <p className={styles.wrong} role="alert">
          {t('refused', { why: wordsOf(step.data, language) ?? '' })}
        </p>
      )}
      {undone && (
        <p className={styles.quiet} role="status">
          {t('undone')}
        </p>
      )}
      {asked && !isLost && (
        <Ask
          key={asked.element.at}
          asked={asked}
          title={nameOf(asked.element)}
          routine={routine}
          given={given}
          address={address}
          saved={saved}
          busy={isBusy}
          onChange={setAsked}
          onDo={carryOut}
          onCancel={() => setAsked(null)}
        />
      )}
      <Kept answer={shown?.answer} />
      {isBusy ? (
        <p className={styles.doing} role="status">
          <Spinner size={14} /> {t('doing')}
        </p>
      ) : (
        !isLost && <p className={styles.quiet}>{shown?.page && shown.page.elements.length > 0 ? t('pressHint') : t('nothingHere')}</p>
      )}
      {last?.picture && (
        <PageView picture={last.picture} label={t('currentPage')} page={isLost ? null : (shown?.page ?? null)} saved={saved} onAdd={(picked, element) => press(element, picked)} onPress={press} />
      )}
    </section>
  );
}

function AddressLine({ page, busy, onOpen }: { page: RobotPage | null; busy: boolean; onOpen: (url: string) => void }) {
  const t = useT(recordingMessages);
  const [text, setText] = useState('');
  function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim() === '' || busy) return;
    onOpen(text);
    setText('');
  }
  return (
    <form className={styles.address} aria-label={t('address')} onSubmit={submit}>
      <TextInput aria-label={t('address')} placeholder="/" spellCheck={false} autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
      <Button type="submit" disabled={busy || text.trim() === ''}>
        {t('open')}
      </Button>
      {page && <code className={styles.now}>{t('addressHint', { url: page.url })}</code>}
    </form>
  );
}

/** What the last step kept: read there, or found done. */
function Kept({ answer }: { answer: Record<string, unknown> | null | undefined }) {
  const t = useT(recordingMessages);
  const robot = useT(robotMessages);
  if (!answer || Object.keys(answer).length === 0) return null;
  if (answer.was_done === true) return <p className={styles.quiet}>{t('wouldEnd')}</p>;
  return (
    <pre className={styles.gave} aria-label={robot('gave')} tabIndex={0}>
      {JSON.stringify(answer, null, 2)}
    </pre>
  );
}
