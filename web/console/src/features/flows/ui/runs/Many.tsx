// What is done to the chosen runs: retried, closed, signalled, moved, cancelled.
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { refreshResource, uuid } from '../../../../api';
import { useT } from '../../../../i18n';
import { Button, Dialog, Field, TextArea, TextInput, toast } from '../../../../ui';
import { cancelRun, closeRun, each, retryRun, signalRun, type Outcome } from '../../api/many';
import { isOver, type Run } from '../../api/runs';
import { manyMessages } from '../../messages/many';
import { MoveDialog } from './MoveDialog';
import styles from './Many.module.css';

type Act = 'retry' | 'close' | 'signal' | 'move' | 'cancel';

export function ManyBar({ chosen, nameOf, onDone }: { chosen: readonly Run[]; nameOf: (id: string) => string; onDone: () => void }) {
  const t = useT(manyMessages);
  const [act, setAct] = useState<Act | null>(null);
  if (chosen.length === 0) return null;
  const failed = chosen.filter((run) => run.state === 'failed');
  const open = failed.filter((run) => !run.closed);
  const going = chosen.filter((run) => !isOver(run.state));
  const close = () => setAct(null);
  const finish = () => {
    setAct(null);
    onDone();
  };
  return (
    <div className={styles.bar} role="region" aria-label={t('chosen', { n: chosen.length })}>
      <span className={styles.count}>{t('chosen', { n: chosen.length })}</span>
      {failed.length > 0 && <Button size="sm" icon="refresh" onClick={() => setAct('retry')}>{t('retry')}</Button>}
      {open.length > 0 && <Button size="sm" icon="check" onClick={() => setAct('close')}>{t('closeRuns')}</Button>}
      {going.length > 0 && <Button size="sm" icon="bell" onClick={() => setAct('signal')}>{t('signal')}</Button>}
      {going.length > 0 && <Button size="sm" icon="transfer" onClick={() => setAct('move')}>{t('move')}</Button>}
      {going.length > 0 && <Button size="sm" variant="dangerGhost" onClick={() => setAct('cancel')}>{t('cancelRuns')}</Button>}
      <Button size="sm" variant="ghost" onClick={onDone}>{t('clear')}</Button>
      {act === 'retry' && <ActDialog title={t('retryTitle', { n: failed.length })} text={t('retryText')} action={t('retry')} ids={idsOf(failed)} act={(id) => retryRun(id)} onClose={close} onDone={finish} />}
      {act === 'close' && <NoteDialog title={t('closeTitle', { n: open.length })} text={t('closeText')} label={t('note')} placeholder={t('notePlaceholder')} action={t('closeRuns')} ids={idsOf(open)} act={closeRun} onClose={close} onDone={finish} />}
      {act === 'cancel' && <NoteDialog title={t('cancelTitle', { n: going.length })} text={t('cancelText')} label={t('reason')} action={t('cancelRuns')} danger ids={idsOf(going)} act={cancelRun} onClose={close} onDone={finish} />}
      {act === 'signal' && <SignalDialog ids={idsOf(going)} onClose={close} onDone={finish} />}
      {act === 'move' && <MoveDialog runs={going} nameOf={nameOf} onClose={close} onDone={finish} />}
    </div>
  );
}

const idsOf = (runs: readonly Run[]): string[] => runs.map((run) => run.id);

interface ActProps {
  title: string;
  text: string;
  action: string;
  danger?: boolean;
  ids: readonly string[];
  act: (id: string) => Promise<unknown>;
  onClose: () => void;
  onDone: () => void;
  /** Nothing is done before it is as it should be. */
  disabled?: boolean;
  children?: ReactNode;
}

/** Asks, does it to each, and says for which it did not work. */
function ActDialog({ title, text, action, danger = false, ids, act, onClose, onDone, disabled = false, children }: ActProps) {
  const t = useT(manyMessages);
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Outcome<unknown>[] | null>(null);
  const go = async () => {
    setBusy(true);
    const outcomes = await each(ids, act);
    setBusy(false);
    await refreshResource(client, 'runs');
    const wrong = outcomes.filter((one) => one.error !== undefined);
    if (wrong.length > 0) return setFailed(wrong);
    toast.success(t('allDone', { n: ids.length }));
    onDone();
  };
  return (
    <Dialog
      open
      onClose={failed ? onDone : onClose}
      title={title}
      onSubmit={() => void go()}
      footer={
        failed ? (
          <Button onClick={onDone}>{t('close')}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" variant={danger ? 'danger' : 'primary'} busy={busy} disabled={disabled}>
              {action}
            </Button>
          </>
        )
      }
    >
      {failed ? (
        <Failures done={ids.length - failed.length} failed={failed} />
      ) : (
        <>
          <p className={styles.text}>{text}</p>
          {children}
        </>
      )}
    </Dialog>
  );
}

function Failures({ done, failed }: { done: number; failed: readonly Outcome<unknown>[] }) {
  const t = useT(manyMessages);
  return (
    <div role="alert">
      <p className={styles.text}>{t('someFailed', { done, failed: failed.length })}</p>
      <ul className={styles.list}>
        {failed.map((one) => (
          <li key={one.id}>
            <code>{one.id}</code> {one.error}
          </li>
        ))}
      </ul>
    </div>
  );
}

type NoteProps = Omit<ActProps, 'act' | 'children' | 'disabled'> & { label: string; placeholder?: string; act: (id: string, note: string) => Promise<unknown> };

function NoteDialog({ label, placeholder, act, ...rest }: NoteProps) {
  const [note, setNote] = useState('');
  return (
    <ActDialog {...rest} act={(id) => act(id, note)}>
      <Field label={label} optional>
        {(control) => <TextInput {...control} maxLength={500} placeholder={placeholder ?? ''} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
    </ActDialog>
  );
}

function SignalDialog({ ids, onClose, onDone }: { ids: readonly string[]; onClose: () => void; onDone: () => void }) {
  const t = useT(manyMessages);
  const [name, setName] = useState('');
  const [text, setText] = useState('{}');
  /** The same press once more is the same signal. */
  const [mark] = useState(() => uuid());
  const payload = parsed(text);
  return (
    <ActDialog
      title={t('signalTitle', { n: ids.length })}
      text={t('signalText')}
      action={t('send')}
      ids={ids}
      act={(id) => signalRun(id, { id: mark, name: name.trim(), payload })}
      disabled={name.trim() === '' || payload === undefined}
      onClose={onClose}
      onDone={onDone}
    >
      <Field label={t('signalName')}>{(control) => <TextInput {...control} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
      <Field label={t('payload')} error={payload === undefined ? t('badJson') : undefined} optional>
        {(control) => <TextArea {...control} rows={4} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
    </ActDialog>
  );
}

function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}
