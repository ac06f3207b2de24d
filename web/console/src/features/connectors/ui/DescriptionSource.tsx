// Where an OpenAPI description is: an address, a file or pasted text; read by the server, which tells what is in it.
import { useRef, useState } from 'react';
import type { DescriptionView } from '@qingniao/shared/connectors';
import { useT } from '../../../i18n';
import { Button, ErrorNote, Field, Segmented, TextArea, TextInput } from '../../../ui';
import { readDescription, type Source } from '../api';
import { connectorMessages } from '../messages/connectors';
import styles from './Connectors.module.css';

export interface Read {
  source: Source;
  view: DescriptionView;
}

export interface DescriptionSourceProps {
  /** Null when another description is being chosen. */
  onRead: (read: Read | null) => void;
  error?: string | undefined;
  /** An address of a connector that exists: its operations are replaced by a document only. */
  withoutUrl?: boolean;
}

type Where = 'url' | 'file' | 'text';

export function DescriptionSource({ onRead, error, withoutUrl = false }: DescriptionSourceProps) {
  const t = useT(connectorMessages);
  const [where, setWhere] = useState<Where>(withoutUrl ? 'file' : 'url');
  const [url, setUrl] = useState('');
  const [text, setText] = useState('');
  const [fileName, setFileName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const input = useRef<HTMLInputElement>(null);

  async function look(source: Source) {
    setBusy(true);
    setProblem(null);
    onRead(null);
    try {
      onRead({ source, view: await readDescription(source) });
    } catch (failure) {
      setProblem(failure);
    } finally {
      setBusy(false);
    }
  }
  async function take(file: File) {
    setFileName(file.name);
    await look({ document: await file.text() });
  }
  return (
    <div className={styles.form}>
      <Segmented<Where>
        label={t('source')}
        value={where}
        onChange={(next) => {
          setWhere(next);
          setProblem(null);
          onRead(null);
        }}
        options={[...(withoutUrl ? [] : [{ value: 'url' as const, label: t('fromUrl') }]), { value: 'file', label: t('fromFile') }, { value: 'text', label: t('fromText') }]}
      />
      {where === 'url' && (
        <Field label={t('url')} error={error}>
          {(control) => (
            <span className={styles.withButton}>
              <TextInput
                {...control}
                type="url"
                spellCheck={false}
                placeholder="https://"
                maxLength={2000}
                value={url}
                onChange={(event) => setUrl(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
                  event.preventDefault();
                  void look({ url: url.trim() });
                }}
              />
              <Button busy={busy} disabled={url.trim() === ''} onClick={() => void look({ url: url.trim() })}>
                {t('look')}
              </Button>
            </span>
          )}
        </Field>
      )}
      {where === 'file' && (
        <div className={styles.line}>
          <Button icon="file" busy={busy} onClick={() => input.current?.click()}>
            {t('file')}
          </Button>
          <input
            ref={input}
            type="file"
            aria-label={t('file')}
            accept=".json,.yaml,.yml,application/json,application/yaml,text/yaml"
            hidden
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file) void take(file);
            }}
          />
          {fileName !== '' && <span className={styles.quiet}>{t('chosenFile', { name: fileName })}</span>}
          {error && <span className={styles.faults}>{error}</span>}
        </div>
      )}
      {where === 'text' && (
        <>
          <Field label={t('text')} error={error}>
            {(control) => <TextArea {...control} rows={7} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
          <span className={styles.line}>
            <Button busy={busy} disabled={text.trim() === ''} onClick={() => void look({ document: text })}>
              {t('look')}
            </Button>
          </span>
        </>
      )}
      {problem !== null && <ErrorNote error={problem} />}
    </div>
  );
}
