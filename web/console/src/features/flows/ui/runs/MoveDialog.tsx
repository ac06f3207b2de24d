// Waiting runs go on under another version: first tried, then done to those that nothing stands against.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { refreshResource } from '../../../../api';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Dialog, Field, Select, TextArea, toast } from '../../../../ui';
import { each, moveRun, type Moved, type Outcome } from '../../api/many';
import { useFlow, useVersions } from '../../api/queries';
import type { Run } from '../../api/runs';
import { manyMessages } from '../../messages/many';
import { renames } from '../../model/renames';
import styles from './Many.module.css';

export function MoveDialog({ runs, nameOf, onClose, onDone }: { runs: readonly Run[]; nameOf: (id: string) => string; onClose: () => void; onDone: () => void }) {
  const t = useT(manyMessages);
  const client = useQueryClient();
  const flowId = runs[0]?.flow_id ?? '';
  const mixed = runs.some((run) => run.flow_id !== flowId);
  const flow = useFlow(flowId);
  const versions = useVersions(flowId);
  const [wanted, setWanted] = useState('');
  const [text, setText] = useState('');
  const [tried, setTried] = useState<Outcome<Moved>[] | null>(null);
  const [busy, setBusy] = useState(false);
  const live = flow.data?.live?.hash ?? '';
  const version = wanted || live;
  const nodes = renames(text);
  const movable = (tried ?? []).filter((one) => one.value?.problems.length === 0).map((one) => one.id);
  const options = [...(versions.data ?? [])].sort((a, b) => b.number - a.number).map((one) => ({ value: one.hash, label: t(one.hash === live ? 'liveVersion' : 'versionNumber', { n: one.number }) }));
  const run = async (ids: readonly string[], dry: boolean) => {
    setBusy(true);
    const outcomes = await each(ids, (id) => moveRun(id, { version, nodes: nodes ?? {}, dry_run: dry }));
    setBusy(false);
    if (dry) return setTried(outcomes);
    await refreshResource(client, 'runs');
    const stayed = outcomes.filter((one) => !one.value?.moved);
    if (stayed.length > 0) return setTried(stayed);
    toast.success(t('allDone', { n: ids.length }));
    onDone();
  };
  const change = (set: () => void) => {
    set();
    setTried(null);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('moveTitle', { n: runs.length })}
      description={mixed ? t('oneFlow') : `${nameOf(flowId)} · ${t('moveText')}`}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button busy={busy} disabled={mixed || version === '' || nodes === null} onClick={() => void run(runs.map((one) => one.id), true)}>
            {t('dryRun')}
          </Button>
          {movable.length > 0 && (
            <Button variant="primary" busy={busy} onClick={() => void run(movable, false)}>
              {t('moveNow', { n: movable.length })}
            </Button>
          )}
        </>
      }
    >
      {!mixed && (
        <>
          <Field label={t('toVersion')}>{(control) => <Select {...control} value={version} onChange={(next) => change(() => setWanted(next))} options={options} />}</Field>
          <Field label={t('renames')} hint={t('renamesHint')} error={nodes === null ? t('badRename') : undefined} optional>
            {(control) => <TextArea {...control} rows={2} spellCheck={false} value={text} onChange={(event) => change(() => setText(event.target.value))} />}
          </Field>
        </>
      )}
      {tried && <Tried tried={tried} movable={movable.length} />}
    </Dialog>
  );
}

function Tried({ tried, movable }: { tried: readonly Outcome<Moved>[]; movable: number }) {
  const t = useT(manyMessages);
  const english = useLanguage() === 'en';
  const against = tried.filter((one) => one.error !== undefined || (one.value && one.value.problems.length > 0));
  const why = (one: Outcome<Moved>) => one.error ?? one.value?.problems.map((problem) => (english ? problem.en : problem.zh)).join(' ');
  return (
    <div role="status">
      {movable > 0 && <p className={styles.good}>{t('movable', { n: movable })}</p>}
      {against.length > 0 && <p className={styles.text}>{t('notMovable', { n: against.length })}</p>}
      <ul className={styles.list}>
        {against.map((one) => (
          <li key={one.id}>
            <code>{one.id}</code> {why(one)}
          </li>
        ))}
      </ul>
    </div>
  );
}
