// The chosen steps made into a flow of their own: looked at, made, published, and called from here.
import { useState } from 'react';
import type { FlowView } from '@qingniao/shared/flow';
import { api, path, uuid } from '../../../../api';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Field, TextInput, toast } from '../../../../ui';
import { checkDocument } from '../../api/queries';
import type { Problem } from '../../model/document';
import { collapse, type Collapsed, type Refusal } from '../../model/subflow';
import { editorMessages } from '../../messages/editor';
import { useDocument, useEditor, useSelection } from '../editor/context';
import styles from './Panel.module.css';

export function CollapseButton() {
  const t = useT(editorMessages);
  const editor = useEditor();
  const document = useDocument();
  const selection = useSelection();
  const [open, setOpen] = useState(false);
  const found = collapse(document, selection, editor.kinds);
  const why = 'why' in found ? reason(found, t) : null;
  return (
    <>
      <Button size="sm" icon="archive" disabled={why !== null} onClick={() => setOpen(true)}>
        {t('collapse')}
      </Button>
      {why !== null && <p className={styles.quiet}>{why}</p>}
      {open && !('why' in found) && <CollapseDialog found={found} onClose={() => setOpen(false)} />}
    </>
  );
}

function reason(refusal: Refusal, t: ReturnType<typeof useT<typeof editorMessages.zh>>): string {
  if (refusal.why === 'start') return t('collapseStart');
  return refusal.why === 'entry' ? t('collapseEntry', { n: refusal.n }) : t('collapseExit', { n: refusal.n });
}

function CollapseDialog({ found, onClose }: { found: Collapsed; onClose: () => void }) {
  const t = useT(editorMessages);
  const english = useLanguage() === 'en';
  const editor = useEditor();
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);

  async function make() {
    const document = { ...found.inner, name: name.trim() };
    const wrong = (await checkDocument(editor.document.id, { ...document, id: editor.document.id })).problems.filter((one) => one.severity === 'error');
    setProblems(wrong);
    if (wrong.length > 0) return;
    const made = await api.create<FlowView>('/flows', { document, name: document.name }, uuid());
    const live = await api.post<FlowView>(path('/flows/{}/publish', made.id), { note: t('subVersion', { name: editor.document.name }), revision: 1 });
    const { document: next, id } = found.outer(live.live?.hash ?? '', document.name);
    editor.apply(next, '', [id]);
    toast.success(t('collapsed', { name: document.name }));
    onClose();
  }
  function submit() {
    setTried(true);
    if (name.trim() === '' || busy) return;
    setBusy(true);
    setError(null);
    make()
      .catch(setError)
      .finally(() => setBusy(false));
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('collapse')}
      description={t('collapseText')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t('collapseGo')}
          </Button>
        </>
      }
    >
      <Field label={t('collapseName')} error={tried && name.trim() === '' ? t('nameNeeded') : undefined}>
        {(control) => <TextInput {...control} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      {error !== null && <ErrorNote error={error} />}
      {problems.length > 0 && (
        <ul className={styles.problems} role="alert">
          {problems.map((problem, index) => (
            <li key={index}>{english ? problem.en : problem.zh}</li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
