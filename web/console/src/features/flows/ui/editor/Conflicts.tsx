// Says when the ground has moved: the same draft was saved in another window, or another version went live meanwhile. Leads to
// the merge.
import { useState } from 'react';
import { useT } from '../../../../i18n';
import { Button, Icon, toast } from '../../../../ui';
import { readDraft, readVersion } from '../../api/queries';
import type { FlowView } from '@qingniao/shared/flow';
import type { FlowDocument } from '../../model/document';
import { emptyDocument } from '../../model/edit';
import { changeMessages } from '../../messages/changes';
import { useEditor } from './context';
import { MergeDialog } from './MergeDialog';
import type { Autosave } from './use-autosave';
import styles from './Editor.module.css';

interface Merging {
  base: FlowDocument;
  theirs: FlowDocument;
  revision: number;
  baseHash: string | null;
  text: 'mergeWindow' | 'mergeLive';
}

export function Conflicts({ flow, saving, readOnly }: { flow: FlowView; saving: Autosave; readOnly: boolean }) {
  const t = useT(changeMessages);
  const editor = useEditor();
  const [merging, setMerging] = useState<Merging | null>(null);
  const [busy, setBusy] = useState(false);
  const elsewhere = saving.state === 'conflict';
  const liveMoved = (saving.revision > 0 || saving.state !== 'clean') && (flow.live?.hash ?? null) !== saving.baseHash;
  if (readOnly || (!elsewhere && !liveMoved && !merging)) return null;

  async function begin() {
    setBusy(true);
    try {
      setMerging(await (elsewhere ? fromWindow(flow, saving) : fromLive(flow, saving)));
    } catch (error) {
      toast.error(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }
  function done(merged: FlowDocument, how: Merging) {
    saving.rebase({ document: how.theirs, revision: how.revision, baseHash: how.baseHash });
    editor.replace(merged);
    setMerging(null);
    void saving.flush().catch(() => undefined);
    toast.success(t('merged'));
  }
  return (
    <>
      <div className={styles.banner} role="alert">
        <Icon name="history" size={18} />
        <span>{t(elsewhere ? 'mergeWindow' : 'mergeLive')}</span>
        <Button size="sm" busy={busy} onClick={() => void begin()}>
          {t('look')}
        </Button>
      </div>
      {merging && <MergeDialog flowId={flow.id} base={merging.base} mine={editor.document} theirs={merging.theirs} text={t(merging.text)} onMerge={(merged) => done(merged, merging)} onClose={() => setMerging(null)} />}
    </>
  );
}

/** The same draft, saved by the same person elsewhere. */
async function fromWindow(flow: FlowView, saving: Autosave): Promise<Merging> {
  const draft = await readDraft(flow.id);
  return { base: saving.saved, theirs: draft.document, revision: draft.revision, baseHash: draft.base_hash, text: 'mergeWindow' };
}

/** What this draft began with, against what is live now. */
async function fromLive(flow: FlowView, saving: Autosave): Promise<Merging> {
  const nothing = emptyDocument(flow.id, flow.name);
  const base = saving.baseHash ? (await readVersion(flow.id, saving.baseHash)).document : { ...nothing, nodes: [], edges: [] };
  const theirs = flow.live ? (await readVersion(flow.id, flow.live.hash)).document : base;
  return { base, theirs, revision: saving.revision, baseHash: flow.live?.hash ?? null, text: 'mergeLive' };
}
