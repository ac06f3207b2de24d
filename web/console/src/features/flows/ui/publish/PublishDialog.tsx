// Going live, now, later or in a share of new runs: what changes, whether the saved tests pass, and a word why.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { FlowView } from '@qingniao/shared/flow';
import { useFormat, useLanguage, useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Field, Loading, Segmented, TextInput, fieldError, toast } from '../../../../ui';
import { usePlanDeed } from '../../api/plans';
import { useFlowAct, useVersion } from '../../api/queries';
import { runTests } from '../../api/simulate';
import { nameOf } from '../../model/document';
import { changeMessages } from '../../messages/changes';
import { DiffView } from '../changes/DiffView';
import { useDocument, useEditor } from '../editor/context';
import type { Autosave } from '../editor/use-autosave';
import type { Checked } from '../editor/use-problems';
import { TestResults } from '../simulator/TestResults';
import { publishNote } from './note';
import styles from './Publish.module.css';

export interface PublishDialogProps {
  flow: FlowView;
  saving: Autosave;
  checked: Checked;
  onClose: () => void;
  onProblems: () => void;
}

export function PublishDialog({ flow, saving, checked, onClose, onProblems }: PublishDialogProps) {
  const t = useT(changeMessages);
  const english = useLanguage() === 'en';
  const editor = useEditor();
  const document = useDocument();
  const live = useVersion(flow.id, flow.live?.hash ?? null);
  const act = useFlowAct();
  const [typed, setTyped] = useState<string | null>(null);
  const tests = useQuery({ queryKey: ['flow-tests', flow.id, document], queryFn: () => runTests(flow.id, document), enabled: (document.tests?.length ?? 0) > 0 && checked.errors === 0 });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [how, setHow] = useState<How>('now');
  const [due, setDue] = useState(() => localInput(Date.now() + 3_600_000));
  const [share, setShare] = useState('10');
  const deed = usePlanDeed(flow.id);
  const { formatDateTime } = useFormat();
  const dueAt = new Date(due).getTime();
  const wrongDue = how === 'later' && !(dueAt > Date.now() && dueAt < Date.now() + YEAR_MS);
  const wrongShare = how === 'trial' && !(Number.isInteger(Number(share)) && Number(share) >= 1 && Number(share) <= 99);
  const before = live.data?.document ?? null;
  const note = typed ?? publishNote(before, document, t, (node) => nameOf(node, editor.kinds.get(node.kind), english));
  const failed = tests.data?.some((one) => !one.passed) ?? false;

  async function publish() {
    if (busy || checked.errors > 0 || wrongDue || wrongShare) return;
    setBusy(true);
    setError(null);
    try {
      const revision = await saveAll(saving);
      if (how === 'later') {
        await deed.mutateAsync({ deed: 'plan', revision, note: note.trim(), due_at: dueAt });
        toast.success(t('planned', { at: formatDateTime(dueAt) }));
        return onClose();
      }
      if (how === 'trial') {
        const tried = await deed.mutateAsync({ deed: 'try', revision, note: note.trim(), share_percent: Number(share) });
        toast.success(t('tried', { n: tried?.canary?.number ?? 0 }));
        return onClose();
      }
      const made = await act.mutateAsync({ id: flow.id, act: 'publish', body: { note: note.trim(), revision } });
      saving.rebase({ document: editor.document, revision: 0, baseHash: made.live?.hash ?? null });
      toast.success(t('published', { n: made.live?.number ?? 0 }));
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      kind="wide"
      title={t('publishTitle', { name: document.name })}
      description={t(`howText_${how}`)}
      onSubmit={() => void publish()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={checked.errors > 0 || failed}>
            {t(how === 'later' ? 'planIt' : how === 'trial' ? 'tryIt' : 'goLive')}
          </Button>
        </>
      }
    >
      <Field label={t('note')} error={fieldError(error, 'note')}>
        {(control) => <TextInput {...control} maxLength={500} value={note} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      {flow.live && (
        <Segmented<How> label={t('how')} value={how} onChange={setHow} options={(['now', 'later', 'trial'] as const).map((value) => ({ value, label: t(`how_${value}`) }))} />
      )}
      {how === 'later' && (
        <Field label={t('dueAt')} error={wrongDue ? t('dueBad') : undefined}>
          {(control) => <TextInput {...control} type="datetime-local" value={due} onChange={(event) => setDue(event.target.value)} />}
        </Field>
      )}
      {how === 'trial' && (
        <Field label={t('share')} error={wrongShare ? t('shareBad') : undefined}>
          {(control) => <TextInput {...control} inputMode="numeric" maxLength={2} value={share} onChange={(event) => setShare(event.target.value.replace(/\D/g, ''))} />}
        </Field>
      )}
      {error !== null && <ErrorNote error={error} />}
      {checked.errors > 0 && (
        <div className={styles.blocked}>
          <span>{t('blocked', { n: checked.errors })}</span>
          <Button size="sm" onClick={onProblems}>
            {t('seeProblems')}
          </Button>
        </div>
      )}
      {tests.isFetching && <Loading />}
      {tests.error && <ErrorNote error={tests.error} />}
      {tests.data && <TestResults outcomes={tests.data} />}
      <h3 className={styles.heading}>{t('whatChanges')}</h3>
      {flow.live && live.isPending ? <Loading /> : before ? <DiffView before={before} after={document} /> : <p className={styles.quiet}>{t('firstVersion', { n: document.nodes.length })}</p>}
    </Dialog>
  );
}

type How = 'now' | 'later' | 'trial';
const YEAR_MS = 365 * 24 * 3_600_000;

/** As a `datetime-local` field writes it, on the reader's own clock. */
function localInput(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The draft as it is now is on the server, also when it never was; its revision. */
async function saveAll(saving: Autosave): Promise<number> {
  const revision = await saving.flush();
  return revision > 0 ? revision : saving.saveNow();
}
