// Settings: which inboxes ask for a wrap-up, and the tree of categories.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { InboxView } from '@qingniao/shared/api';
import type { WrapUpForm } from '@qingniao/shared/presence';
import { api, useAll, uuid } from '../../api';
import { useT } from '../../i18n';
import { Button, ErrorNote, IconButton, Loading, Page, Section, Select, TextInput, toast } from '../../ui';
import { FORM, useForm } from './api';
import { wrapUpMessages } from './messages';
import { indent, rowsOf, treeOf, withNext, without, type Row } from './model';
import styles from './WrapUp.module.css';

const SECONDS_NEW = 60;
type Ask = 'no' | 'may' | 'must';

export default function WrapUpPage() {
  const t = useT(wrapUpMessages);
  const form = useForm();
  const inboxes = useAll<InboxView>('inboxes');
  return (
    <Page title={t('title')} description={t('description')}>
      {(form.isPending || inboxes.isPending) && <Loading />}
      {form.error && <ErrorNote error={form.error} onRetry={() => void form.refetch()} />}
      {form.data && inboxes.data && <Editor key={form.data.version} form={form.data} inboxes={inboxes.data} />}
    </Page>
  );
}

function Editor({ form, inboxes }: { form: WrapUpForm; inboxes: InboxView[] }) {
  const t = useT(wrapUpMessages);
  const client = useQueryClient();
  const [asks, setAsks] = useState(form.inboxes);
  const [rows, setRows] = useState<Row[]>(() => rowsOf(form.categories));
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const nameless = rows.some((row) => row.zh.trim() === '');
  const ask = (id: string, what: Ask): void => {
    const { [id]: before, ...rest } = asks;
    setAsks(what === 'no' ? rest : { ...rest, [id]: { required: what === 'must', seconds: before?.seconds ?? SECONDS_NEW } });
  };
  const save = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      client.setQueryData(FORM, await api.put('/wrap-up-form', { categories: treeOf(rows), inboxes: asks, version: form.version }));
      toast.success(t('formSaved'));
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Section title={t('inboxes')} description={t('secondsHint')}>
        <ul className={styles.inboxes}>
          {inboxes.map((inbox) => {
            const terms = asks[inbox.id];
            return (
              <li key={inbox.id}>
                <span className={styles.inbox}>{inbox.name}</span>
                <Select<Ask>
                  label={`${inbox.name}: ${t('ask')}`}
                  value={terms === undefined ? 'no' : terms.required ? 'must' : 'may'}
                  onChange={(what) => ask(inbox.id, what)}
                  options={[
                    { value: 'no', label: t('askNo') },
                    { value: 'may', label: t('askMay') },
                    { value: 'must', label: t('askMust') },
                  ]}
                />
                {terms && (
                  <TextInput
                    type="number"
                    min={5}
                    max={3_600}
                    aria-label={`${inbox.name}: ${t('seconds')}`}
                    title={t('seconds')}
                    value={String(terms.seconds)}
                    onChange={(event) => setAsks({ ...asks, [inbox.id]: { ...terms, seconds: Number(event.target.value) } })}
                  />
                )}
              </li>
            );
          })}
        </ul>
      </Section>
      <Section title={t('categories')} description={t('categoriesText')}>
        <ol className={styles.rows}>
          {rows.map((row, at) => (
            <CategoryRow key={row.key} row={row} rows={rows} at={at} onChange={setRows} />
          ))}
        </ol>
        <Button icon="plus" onClick={() => setRows(withNext(rows, -1, freshKey()))}>
          {t('add')}
        </Button>
      </Section>
      {error !== null && <ErrorNote error={error} />}
      <div className={styles.actions}>
        {nameless && <span className={styles.text}>{t('needName')}</span>}
        <Button variant="primary" busy={busy} disabled={nameless} onClick={() => void save()}>
          {t('saveForm')}
        </Button>
      </div>
    </>
  );
}

/** What is kept and counted must not change with the name. */
const freshKey = (): string => `c${uuid().slice(-8)}`;

function CategoryRow({ row, rows, at, onChange }: { row: Row; rows: Row[]; at: number; onChange(rows: Row[]): void }) {
  const t = useT(wrapUpMessages);
  const set = (patch: Partial<Row>): void => onChange(rows.map((r, n) => (n === at ? { ...r, ...patch } : r)));
  return (
    <li data-level={row.level} className={styles.row}>
      <TextInput aria-label={t('nameZh')} placeholder={t('nameZh')} maxLength={80} value={row.zh} onChange={(event) => set({ zh: event.target.value })} />
      <TextInput aria-label={t('nameEn')} placeholder={t('nameEn')} maxLength={80} value={row.en} onChange={(event) => set({ en: event.target.value })} />
      <span className={styles.tools}>
        <IconButton icon="chevronLeft" label={t('outward')} plain onClick={() => onChange(indent(rows, at, -1))} />
        <IconButton icon="chevronRight" label={t('inward')} plain onClick={() => onChange(indent(rows, at, 1))} />
        <IconButton icon="plus" label={t('addBelow')} plain onClick={() => onChange(withNext(rows, at, freshKey()))} />
        <IconButton icon="trash" label={t('remove')} plain onClick={() => onChange(without(rows, at))} />
      </span>
    </li>
  );
}
