import { useRef, useState, type DragEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ImportState, KnowledgeImportView, Language } from '@qingniao/shared/api';
import { refreshResource } from '../../../api';
import { useHasRole } from '../../../app/session';
import { useFormat, useLanguage, useT } from '../../../i18n';
import { Badge, Button, cx, EmptyState, ErrorNote, Field, Loading, Select, Table, TextInput, toast, type Tone } from '../../../ui';
import { DOCUMENT_ENDINGS, uploadDocument, useDiscardImport, useImports } from '../library-api';
import { libraryMessages } from '../library-messages';
import { ImportReview } from './ImportReview';
import styles from './Library.module.css';

const BYTES_MAX = 32 * 1024 * 1024;
const STATE_TONE: Record<ImportState, Tone> = { ready: 'info', failed: 'danger', applied: 'success', discarded: 'neutral' };

/** Documents that become articles: uploaded here, looked through, taken over. */
export default function DocumentsTab() {
  const t = useT(libraryMessages);
  const mayEdit = useHasRole('supervisor');
  const imports = useImports();
  const [reviewing, setReviewing] = useState<KnowledgeImportView | null>(null);
  return (
    <div className={styles.tab}>
      <p className={styles.intro}>{t('documentsText')}</p>
      {mayEdit && <Uploads onOne={setReviewing} />}
      {imports.isPending && <Loading />}
      {imports.error && <ErrorNote error={imports.error} onRetry={() => void imports.refetch()} />}
      {imports.data?.length === 0 && <EmptyState icon="file" title={t('noImports')} text={t('noImportsText')} />}
      {imports.data && imports.data.length > 0 && <Imports imports={imports.data} mayEdit={mayEdit} onReview={setReviewing} />}
      {reviewing && <ImportReview key={reviewing.id} document={reviewing} onClose={() => setReviewing(null)} />}
    </div>
  );
}

interface Progress {
  done: number;
  of: number;
  name: string;
}

/** Files are sent one after the other; one that cannot be read does not stop the rest. */
function Uploads({ onOne }: { onOne: (document: KnowledgeImportView) => void }) {
  const t = useT(libraryMessages);
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [language, setLanguage] = useState<Language | ''>('');
  const [category, setCategory] = useState('');
  const [progress, setProgress] = useState<Progress | null>(null);
  const [refused, setRefused] = useState<string[]>([]);
  const [over, setOver] = useState(false);
  async function send(files: File[]) {
    const problems: string[] = [];
    const ready: KnowledgeImportView[] = [];
    for (const [done, file] of files.entries()) {
      setProgress({ done, of: files.length, name: file.name });
      try {
        if (file.size > BYTES_MAX) throw new Error(t('tooLarge'));
        const document = await uploadDocument({ file, language: language || null, category: category.trim() });
        if (document.state === 'ready') ready.push(document);
      } catch (error) {
        problems.push(t('uploadFailed', { name: file.name, reason: error instanceof Error ? error.message : '' }));
      }
    }
    setRefused(problems);
    setProgress(null);
    await refreshResource(client, 'knowledge-imports');
    const [only] = ready;
    if (files.length === 1 && only) onOne(only);
  }
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0 && !progress) void send(files);
  }
  return (
    <div
      className={cx(styles.drop, over && styles.over)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className={styles.pick}>
        <Button variant="primary" icon="file" busy={progress !== null} onClick={() => input.current?.click()}>
          {t('choose')}
        </Button>
        <span>{t('drop')}</span>
        <span className={styles.quiet}>{t('kinds')}</span>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t('choose')}
          accept={DOCUMENT_ENDINGS}
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = '';
            if (files.length > 0) void send(files);
          }}
        />
      </div>
      <div className={styles.wishes}>
        <Field label={t('language')}>
          {(control) => (
            <Select<Language | ''>
              {...control}
              label={t('language')}
              value={language}
              onChange={setLanguage}
              options={[
                { value: '', label: t('languageAuto') },
                { value: 'zh-CN', label: t('chinese') },
                { value: 'en', label: t('english') },
              ]}
            />
          )}
        </Field>
        <Field label={t('category')} hint={t('categoryHint')}>
          {(control) => <TextInput {...control} maxLength={60} value={category} onChange={(event) => setCategory(event.target.value)} />}
        </Field>
      </div>
      <div aria-live="polite">
        {progress && (
          <p className={styles.progress}>
            <progress aria-label={t('progress', { done: progress.done, of: progress.of })} value={progress.done} max={progress.of} />
            {t('reading', { name: progress.name })} · {t('progress', { done: progress.done, of: progress.of })}
          </p>
        )}
        {refused.map((line) => (
          <p key={line} className={styles.problem}>
            {line}
          </p>
        ))}
      </div>
    </div>
  );
}

interface ImportsProps {
  imports: KnowledgeImportView[];
  mayEdit: boolean;
  onReview: (document: KnowledgeImportView) => void;
}

function Imports({ imports, mayEdit, onReview }: ImportsProps) {
  const t = useT(libraryMessages);
  const ui = useLanguage();
  const { formatRelative, formatBytes } = useFormat();
  const discard = useDiscardImport();
  const now = Date.now();
  return (
    <Table
      label={t('documentsText')}
      rows={imports}
      rowKey={(row) => row.id}
      dimmed={(row) => row.state === 'discarded'}
      columns={[
        {
          key: 'file',
          title: t('file'),
          grow: true,
          wrap: true,
          render: (row) => (
            <span className={styles.file}>
              <span className={styles.name}>{row.name}</span>
              <span className={styles.quiet}>{formatBytes(row.size_bytes)}</span>
              {row.problem && <span className={styles.problem}>{ui === 'en' ? row.problem.en : row.problem.zh}</span>}
              {row.same_as_before && <span className={styles.quiet}>{t('same')}</span>}
              {row.counts && <span className={styles.quiet}>{t('applied', { ...row.counts })}</span>}
            </span>
          ),
        },
        { key: 'sections', title: t('sections'), align: 'end', wideOnly: true, render: (row) => row.sections || '–' },
        { key: 'state', title: t('state'), render: (row) => <Badge tone={STATE_TONE[row.state]}>{t(`state_${row.state}`)}</Badge> },
        { key: 'time', title: t('time'), wideOnly: true, render: (row) => <span className={styles.quiet}>{formatRelative(row.created_at, now)}</span> },
        {
          key: 'actions',
          title: t('actions'),
          titleHidden: true,
          render: (row) =>
            row.state === 'ready' && (
              <span className={styles.buttons}>
                <Button size="sm" icon="eye" onClick={() => onReview(row)}>
                  {t('review')}
                </Button>
                {mayEdit && (
                  <Button
                    size="sm"
                    variant="ghost"
                    onClick={() =>
                      discard.mutate(row.id, {
                        onSuccess: () => toast.success(t('discarded', { name: row.name })),
                        onError: (error) => toast.error(error.message),
                      })
                    }
                  >
                    {t('discard')}
                  </Button>
                )}
              </span>
            ),
        },
      ]}
    />
  );
}
