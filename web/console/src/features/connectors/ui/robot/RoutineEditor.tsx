// One routine: what it is called, what it is given, its steps at the left; the page it is tried or recorded on at the right.
import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { ConnectorDetail } from '@qingniao/shared/connectors';
import { useT } from '../../../../i18n';
import { Field, Section, Select, TextInput, cx } from '../../../../ui';
import type { Json } from '../../../flows/model/document';
import { rehearse } from '../../api';
import { robotMessages } from '../../messages/robot';
import { follow, recorded, standing, undone, type Deed, type Placed } from '../../model/recording';
import { RETRIES, inputFor, insertStep, unknownNames, type RetryClass, type Routine, type Step } from '../../model/routine';
import { Inputs } from './Inputs';
import { Recorder } from './Recorder';
import { Rehearsal } from './Rehearsal';
import { StepList } from './StepList';
import { useRecorder } from './useRecorder';
import styles from './Robot.module.css';

export interface RoutineEditorProps {
  connector: ConnectorDetail;
  routine: Routine;
  /** Saving was tried: what is missing is told. */
  tried: boolean;
  isTaken: (name: string) => boolean;
  onChange: (routine: Routine) => void;
}

export function RoutineEditor({ connector, routine, tried, isTaken, onChange }: RoutineEditorProps) {
  const t = useT(robotMessages);
  const [given, setGiven] = useState<Record<string, Json>>({});
  const [chosen, setChosen] = useState(routine.steps.length - 1);
  const set = (next: Partial<Routine>) => onChange({ ...routine, ...next });
  const isNamed = /^[A-Za-z0-9_-]{1,60}$/.test(routine.name) && !isTaken(routine.name);
  const rehearsal = (steps: Step[]) => ({ base_url: connector.base_url, hosts: connector.hosts, routine: { ...routine, steps }, input: inputFor(routine, given) });
  const play = useMutation({ mutationFn: (upTo: number) => rehearse(rehearsal(routine.steps.slice(0, upTo))) });
  const recording = useRecorder(keep);
  const [done, setDone] = useState<Placed[]>([]);
  const there = standing(done, routine.steps);
  /** Inputs made while recording: the form of inputs has rows of its own and begins anew. */
  const [made, setMade] = useState(0);
  const unknown = unknownNames(routine);

  function add(step: Step, after: number) {
    set({ steps: insertStep(routine.steps, after + 1, step) });
    setChosen(after + 1);
  }
  function keep(deed: Deed) {
    onChange(recorded(routine, deed));
    setChosen(routine.steps.length);
    setDone([...there, { ...deed, at: routine.steps.length }]);
    setGiven({ ...given, ...deed.input });
    if (deed.made !== null) setMade(made + 1);
  }
  function edit(steps: Step[]) {
    set({ steps });
    setDone(follow(there, routine.steps, steps));
  }
  function record() {
    setDone([]);
    play.reset();
    recording.begin.mutate(rehearsal(routine.steps));
  }
  function undo() {
    const last = there.at(-1);
    if (!last) return;
    const next = undone(routine, last);
    onChange(next);
    setChosen(Math.max(0, last.at - 1));
    setDone(follow(there.slice(0, -1), routine.steps, next.steps));
    if (next.input !== routine.input) setMade(made + 1);
  }
  return (
    <div className={cx(styles.panes, recording.isOn && styles.live)}>
      <div className={styles.left}>
        <details className={styles.about} open={routine.title.zh === '' && routine.title.en === ''}>
          <summary>{t('about')}</summary>
          <div className={styles.fields}>
            <Field label={t('name')} hint={t('nameHint')} error={isNamed ? undefined : t('nameBad')}>
              {(control) => <TextInput {...control} spellCheck={false} maxLength={60} value={routine.name} onChange={(event) => set({ name: event.target.value.trim() })} />}
            </Field>
            <div className={styles.pair}>
              <Field label={t('titleZh')}>{(control) => <TextInput {...control} maxLength={100} value={routine.title.zh} onChange={(event) => set({ title: { ...routine.title, zh: event.target.value } })} />}</Field>
              <Field label={t('titleEn')}>{(control) => <TextInput {...control} maxLength={100} value={routine.title.en} onChange={(event) => set({ title: { ...routine.title, en: event.target.value } })} />}</Field>
            </div>
            <Field label={t('retry')} hint={t('retryHint')}>
              {(control) => <Select<RetryClass> {...control} value={routine.retry} onChange={(retry) => set({ retry })} options={RETRIES.map((value) => ({ value, label: t(`retry_${value}`) }))} />}
            </Field>
          </div>
        </details>
        <Inputs key={made} schema={routine.input} hint={t('inputsText', { open: '{', close: '}' })} onChange={(input) => set({ input })} />
        <Section title={t('steps')}>
          {unknown.length > 0 && <p className={styles.warn}>{t('unknown', { names: unknown.join(', ') })}</p>}
          <StepList steps={routine.steps} address={connector.base_url} chosen={chosen} tried={tried} onChoose={setChosen} onChange={edit} />
        </Section>
      </div>
      {recording.isOn ? (
        <Recorder recording={recording} routine={routine} given={given} address={connector.base_url} count={there.length} onUndo={undo} onAgain={record} />
      ) : (
        <Rehearsal
          routine={routine}
          chosen={Math.min(chosen, routine.steps.length - 1)}
          given={given}
          onGiven={setGiven}
          play={play}
          onAdd={add}
          recording={recording}
          onRecord={record}
        />
      )}
    </div>
  );
}
