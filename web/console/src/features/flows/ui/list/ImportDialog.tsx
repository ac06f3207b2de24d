// A flow out of a file: chosen, dropped or pasted. The server reads it; what it cannot read is told by its place.
import { useRef, useState, type DragEvent } from 'react';
import { useCreateKey } from '../../../../api';
import { navigate } from '../../../../app/router';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Field, TextArea, TextInput, toast } from '../../../../ui';
import { useCreateFlow, type NewFlow } from '../../api/queries';
import { TextProblems, readText } from '../../api/texts';
import { listMessages } from '../../messages/list';
import styles from './List.module.css';

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useT(listMessages);
  const create = useCreateFlow();
  const keyOf = useCreateKey();
  const [text, setText] = useState('');
  const [fileName, setFileName] = useState('');
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  async function take(file: File | undefined) {
    if (!file) return;
    setFileName(file.name);
    setError(null);
    setText(await file.text());
  }
  async function submit() {
    setTried(true);
    if (text.trim() === '' || busy) return;
    setBusy(true);
    setError(null);
    try {
      const document = await readText(text);
      const body: NewFlow = { document, name: name.trim() || document.name };
      const made = await create.mutateAsync({ body, key: keyOf(body) });
      toast.success(t('imported'));
      navigate(`/flows/${made.id}`);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  function drop(event: DragEvent) {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  }
  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={t('importTitle')}
      description={t('importText')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t('importGo')}
          </Button>
        </>
      }
    >
      <div className={styles.importing} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <span className={styles.flow}>
          <Button icon="file" onClick={() => input.current?.click()}>
            {t('importFile')}
          </Button>
          <span className={styles.soft}>{fileName === '' ? t('importPlace') : t('chosenFile', { name: fileName })}</span>
          <input
            ref={input}
            type="file"
            accept=".json,.yaml,.yml,application/json,application/yaml,text/yaml"
            hidden
            onChange={(event) => {
              void take(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </span>
        <Field label={t('importPaste')} error={tried && text.trim() === '' ? t('importNeeded') : undefined}>
          {(control) => <TextArea {...control} rows={10} spellCheck={false} className={styles.source ?? ''} value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
        <Field label={t('name')} optional>
          {(control) => <TextInput {...control} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
      </div>
      {error instanceof TextProblems ? <Problems error={error} /> : error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}

function Problems({ error }: { error: TextProblems }) {
  const t = useT(listMessages);
  const english = useLanguage() === 'en';
  if (error.problems.length === 0) return <ErrorNote error={error} />;
  return (
    <div className={styles.problems} role="alert">
      <strong>{t('problemsFound', { n: error.problems.length })}</strong>
      <ul>
        {error.problems.map((problem, index) => (
          <li key={index}>
            {english ? problem.en : problem.zh}
            {(problem.node ?? problem.field) !== '' && <small>{t('atPlace', { place: [problem.node, problem.field].filter(Boolean).join(' · ') })}</small>}
          </li>
        ))}
      </ul>
    </div>
  );
}
