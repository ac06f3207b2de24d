import { useState } from 'react';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, Checkbox, Dialog, ErrorNote, Field, Table, TextArea, toast } from '../../../ui';
import { useIntents, useShareOut } from '../api';
import { divide, ROWS_MAX, type Share } from '../model/shares';
import { toRows } from '../model/table';
import { pasteMessages } from '../paste-messages';
import styles from './PasteDialog.module.css';

interface PasteDialogProps {
  /** What was pasted elsewhere already. */
  initial?: string;
  onClose: () => void;
  onDone?: () => void;
}

/** Two columns of a spreadsheet become examples of several intents; before that it is shown what goes where. */
export function PasteDialog({ initial = '', onClose, onDone }: PasteDialogProps) {
  const t = useT(pasteMessages);
  const { formatNumber } = useFormat();
  const intents = useIntents();
  const shareOut = useShareOut();
  const [typed, setTyped] = useState(initial);
  // New intents that are not to be made.
  const [skipped, setSkipped] = useState<ReadonlySet<string>>(new Set());
  const rows = toRows(typed);
  const tooMany = rows.length > ROWS_MAX;
  const { shares, loose } = divide(tooMany ? [] : rows, intents.data ?? []);
  const chosen = shares.filter((share) => share.intentId !== null || !skipped.has(share.name));
  const count = chosen.reduce((sum, share) => sum + share.texts.length, 0);

  function choose(name: string, on: boolean) {
    const next = new Set(skipped);
    if (on) next.delete(name);
    else next.add(name);
    setSkipped(next);
  }

  async function submit() {
    if (count === 0 || shareOut.isPending || !intents.data) return;
    try {
      const done = await shareOut.mutateAsync(chosen);
      const words = [t('done', { n: done.added }), done.created > 0 && t('created', { n: done.created }), done.duplicates > 0 && t('duplicates', { n: done.duplicates })];
      toast.success(words.filter(Boolean).join(' '));
      onDone?.();
      onClose();
    } catch {
      // The error stands below the table; what was added so far is there, and is skipped when it is tried again.
    }
  }

  return (
    <Dialog
      open
      kind="side"
      onClose={onClose}
      title={t('title')}
      description={t('intro')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" icon="plus" busy={shareOut.isPending} disabled={count === 0 || !intents.data}>
            {t('add', { n: count })}
          </Button>
        </>
      }
    >
      <Field label={t('label')} error={tooMany ? t('tooMany', { n: formatNumber(ROWS_MAX) }) : undefined}>
        {(control) => <TextArea {...control} rows={8} placeholder={t('placeholder')} value={typed} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      <div className={styles.preview} aria-live="polite">
        {loose > 0 && <p className={styles.quiet}>{t('loose', { n: loose })}</p>}
        {shares.length > 0 ? <Preview shares={shares} skipped={skipped} onChoose={choose} /> : <p className={styles.quiet}>{t('nothing')}</p>}
      </div>
      {intents.error && <ErrorNote error={intents.error} onRetry={() => void intents.refetch()} />}
      {shareOut.error && <ErrorNote error={shareOut.error} />}
    </Dialog>
  );
}

interface PreviewProps {
  shares: readonly Share[];
  skipped: ReadonlySet<string>;
  onChoose: (name: string, on: boolean) => void;
}

function Preview({ shares, skipped, onChoose }: PreviewProps) {
  const t = useT(pasteMessages);
  const { formatNumber } = useFormat();
  return (
    <Table
      label={t('preview')}
      rows={shares}
      rowKey={(share) => share.name}
      dimmed={(share) => share.intentId === null && skipped.has(share.name)}
      columns={[
        { key: 'intent', title: t('intent'), wrap: true, render: (share) => share.name },
        { key: 'count', title: t('examples'), align: 'end', render: (share) => formatNumber(share.texts.length) },
        { key: 'first', title: t('first'), grow: true, wideOnly: true, render: (share) => <span className={styles.quiet}>{share.texts[0]}</span> },
        {
          key: 'state',
          title: t('isKnown'),
          titleHidden: true,
          render: (share) =>
            share.intentId !== null ? <Badge tone="success">{t('isKnown')}</Badge> : <Checkbox checked={!skipped.has(share.name)} onChange={(on) => onChoose(share.name, on)} label={t('create')} />,
        },
      ]}
    />
  );
}
