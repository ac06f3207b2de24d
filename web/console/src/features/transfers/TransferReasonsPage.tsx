// Settings: the short list of reasons that people choose from when they pass a conversation on.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TransferReasonsView, TransferReasonView } from '@qingniao/shared/transfers';
import { api, uuid } from '../../api';
import { useT } from '../../i18n';
import { Button, ErrorNote, IconButton, Loading, Page, SaveBar, Section, TextInput, toast } from '../../ui';
import { REASONS, useTransferReasons } from './api';
import { transferMessages } from './messages';
import styles from './TransferReasons.module.css';

const REASONS_MAX = 30;
const CHARS_MAX = 80;

export default function TransferReasonsPage() {
  const t = useT(transferMessages);
  const reasons = useTransferReasons();
  return (
    <Page title={t('title')} description={t('description')}>
      {reasons.isPending && <Loading />}
      {reasons.error && <ErrorNote error={reasons.error} onRetry={() => void reasons.refetch()} />}
      {reasons.data && <Editor key={reasons.data.version} stored={reasons.data} />}
    </Page>
  );
}

/** What is kept and counted must not change with the name. */
const fresh = (): TransferReasonView => ({ key: `r${uuid().slice(-8)}`, zh: '', en: '' });

function Editor({ stored }: { stored: TransferReasonsView }) {
  const t = useT(transferMessages);
  const client = useQueryClient();
  const [items, setItems] = useState(stored.items);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const nameless = items.some(({ zh }) => zh.trim() === '');
  const dirty = JSON.stringify(items) !== JSON.stringify(stored.items);
  const set = (at: number, patch: Partial<TransferReasonView>): void => setItems(items.map((item, n) => (n === at ? { ...item, ...patch } : item)));
  const save = async (): Promise<void> => {
    if (nameless) return;
    setBusy(true);
    setError(null);
    try {
      client.setQueryData(REASONS, await api.put<TransferReasonsView>('/transfer-reasons', { items, version: stored.version }));
      toast.success(t('saved'));
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  const discard = (): void => {
    setItems(stored.items);
    setError(null);
  };
  return (
    <>
      <Section title={t('list')} description={t('listText')}>
        {items.length === 0 && <p className={styles.text}>{t('none')}</p>}
        <ol className={styles.rows}>
          {items.map(({ key, zh, en }, at) => (
            <li key={key} className={styles.row}>
              <TextInput aria-label={t('nameZh')} placeholder={t('nameZh')} maxLength={CHARS_MAX} value={zh} onChange={(event) => set(at, { zh: event.target.value })} />
              <TextInput aria-label={t('nameEn')} placeholder={t('nameEn')} maxLength={CHARS_MAX} value={en} onChange={(event) => set(at, { en: event.target.value })} />
              <IconButton icon="trash" label={t('remove')} plain onClick={() => setItems(items.filter((_, n) => n !== at))} />
            </li>
          ))}
        </ol>
        {nameless && <p className={styles.text}>{t('needName')}</p>}
        <Button icon="plus" disabled={items.length >= REASONS_MAX} onClick={() => setItems([...items, fresh()])}>
          {t('add')}
        </Button>
      </Section>
      {error !== null && <ErrorNote error={error} />}
      <SaveBar dirty={dirty} busy={busy} onSave={() => void save()} onDiscard={discard} />
    </>
  );
}
