import { useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ProductsImported, WrongRow } from '@qingniao/shared/api';
import { api, refreshResource } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { Badge, Button, Dialog, ErrorNote, Table, toast } from '../../ui';
import { catalogueMessages } from './messages';
import styles from './Catalogue.module.css';

const TEMPLATE = [
  'sku,name_zh,name_en,category,price,stock,accessories,variant_of,options,battery_mah',
  'PHONE-1,示例手机,Sample phone,phone,2999,,CASE-1,,,5000',
  'PHONE-1-BLUE-256,,,,2999,12,,PHONE-1,颜色=蓝色; 容量=256GB,',
  'PHONE-1-BLUE-512,,,,3499,0,,PHONE-1,颜色=蓝色; 容量=512GB,',
  'CASE-1,示例手机壳,Sample case,case,59.90,200,,,,',
].join('\n');

function send(file: File, dryRun: boolean): Promise<ProductsImported> {
  const form = new FormData();
  form.append('file', file, file.name);
  return api.post<ProductsImported>(`/products/import?dry_run=${dryRun}`, form);
}

/** A sheet is checked first; what it would change is shown before anything is written. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useT(catalogueMessages);
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [found, setFound] = useState<ProductsImported | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function run(chosen: File, dryRun: boolean) {
    setBusy(true);
    setError(null);
    try {
      const answer = await send(chosen, dryRun);
      setFound(answer);
      if (!answer.written) return;
      toast.success(t('imported', { added: answer.added, changed: answer.changed }));
      await refreshResource(client, 'products');
      onClose();
    } catch (problem) {
      setFound(null);
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  const ready = file && found && found.wrong.length === 0 && found.added + found.changed > 0;
  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={t('importTitle')}
      description={t('importText')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" disabled={!ready} busy={busy} onClick={() => file && void run(file, false)}>
            {t('apply')}
          </Button>
        </>
      }
    >
      <div className={styles.pick}>
        <Button icon="file" busy={busy && !found} onClick={() => input.current?.click()}>
          {t(file ? 'again' : 'importFile')}
        </Button>
        <a className={styles.template} download="products.csv" href={`data:text/csv;charset=utf-8,${encodeURIComponent(`\uFEFF${TEMPLATE}`)}`}>
          {t('template')}
        </a>
        {file && <span className={styles.quiet}>{file.name}</span>}
        <input
          ref={input}
          type="file"
          hidden
          accept=".csv,.tsv,.xlsx"
          aria-label={t('importFile')}
          onChange={(event) => {
            const chosen = event.target.files?.[0] ?? null;
            event.target.value = '';
            if (!chosen) return;
            setFile(chosen);
            setFound(null);
            void run(chosen, true);
          }}
        />
      </div>
      <div aria-live="polite" className={styles.found}>
        {busy && !found && <p className={styles.quiet}>{t('checking')}</p>}
        {error !== null && <ErrorNote error={error} />}
        {found && (
          <p className={styles.counts}>
            <Badge tone="success">{t('willAdd', { n: found.added })}</Badge>
            <Badge tone="info">{t('willChange', { n: found.changed })}</Badge>
            <Badge>{t('same', { n: found.unchanged })}</Badge>
          </p>
        )}
        {found && found.wrong.length === 0 && found.added + found.changed === 0 && <p>{t('nothingToDo')}</p>}
        {found && found.wrong.length > 0 && <Wrong rows={found.wrong} />}
      </div>
    </Dialog>
  );
}

function Wrong({ rows }: { rows: readonly WrongRow[] }) {
  const t = useT(catalogueMessages);
  const language = useLanguage();
  return (
    <>
      <p className={styles.wrong} role="alert">
        {t('wrongTitle', { n: rows.length })} {t('nothingWritten')}
      </p>
      <Table
        label={t('problem')}
        rows={rows}
        rowKey={(row) => `${row.line} ${row.column} ${row.en}`}
        columns={[
          { key: 'line', title: t('line'), align: 'end', render: (row) => row.line },
          { key: 'column', title: t('column'), render: (row) => <code>{row.column}</code> },
          { key: 'problem', title: t('problem'), grow: true, render: (row) => (language === 'en' ? row.en : row.zh) },
        ]}
      />
    </>
  );
}
