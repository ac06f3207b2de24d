// Going live: what changes, whether the saved tests pass, and a word why.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { FlowView } from '@qingniao/shared/flow';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Field, Loading, TextInput, fieldError, toast } from '../../../../ui';
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
  const before = live.data?.document ?? null;
  const note = typed ?? publishNote(before, document, t, (node) => nameOf(node, editor.kinds.get(node.kind), english));
  const failed = tests.data?.some((one) => !one.passed) ?? false;

  async function publish() {
    if (busy || checked.errors > 0) return;
    setBusy(true);
    setError(null);
    try {
      const revision = await saveAll(saving);
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
      description={t('publishText')}
      onSubmit={() => void publish()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={checked.errors > 0 || failed}>
            {t('goLive')}
          </Button>
        </>
      }
    >
      <Field label={t('note')} error={fieldError(error, 'note')}>
        {(control) => <TextInput {...control} maxLength={500} value={note} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
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

/** The draft as it is now is on the server, also when it never was; its revision. */
async function saveAll(saving: Autosave): Promise<number> {
  const revision = await saving.flush();
  return revision > 0 ? revision : saving.saveNow();
}
