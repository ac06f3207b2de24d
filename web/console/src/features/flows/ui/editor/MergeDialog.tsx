// Two drawings grew apart: shows what both changed, lets a person choose where they disagree, and gives the merged one. The server
// does the merging.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { FlowConflict, FlowSide } from '@qingniao/shared/flow';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Loading, cx } from '../../../../ui';
import { mergeDocuments, type Sides } from '../../api/merge';
import type { FlowDocument } from '../../model/document';
import { changeMessages } from '../../messages/changes';
import { DiffView } from '../changes/DiffView';
import { Piece } from '../changes/Piece';
import styles from './MergeDialog.module.css';

export interface MergeDialogProps extends Sides {
  flowId: string;
  /** Why: another window, or another person's publishing. */
  text: string;
  onMerge: (merged: FlowDocument) => void;
  onClose: () => void;
}

export function MergeDialog({ flowId, base, mine, theirs, text, onMerge, onClose }: MergeDialogProps) {
  const t = useT(changeMessages);
  const [choices, setChoices] = useState<Record<string, FlowSide>>({});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const found = useQuery({ queryKey: ['flow-merge', flowId, base, mine, theirs], queryFn: () => mergeDocuments(flowId, { base, mine, theirs }, {}), gcTime: 0 });
  const conflicts = found.data?.conflicts ?? [];
  const undecided = conflicts.filter((conflict) => !choices[conflict.path]).length;
  async function merge() {
    if (!found.data || undecided > 0) return;
    setBusy(true);
    try {
      onMerge(conflicts.length === 0 ? found.data.document : (await mergeDocuments(flowId, { base, mine, theirs }, choices)).document);
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
      title={t('mergeTitle')}
      description={text}
      onSubmit={() => void merge()}
      footer={
        <>
          <Button onClick={onClose}>{t('later')}</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!found.data || undecided > 0}>
            {undecided > 0 ? t('undecided', { n: undecided }) : t('merge')}
          </Button>
        </>
      }
    >
      {found.isPending && <Loading />}
      {(error ?? found.error) !== null && <ErrorNote error={error ?? found.error} onRetry={() => void found.refetch()} />}
      {found.data && conflicts.length === 0 && <p>{t('noConflicts')}</p>}
      {conflicts.map((conflict) => (
        <ConflictCard key={conflict.path} conflict={conflict} choice={choices[conflict.path]} onChoose={(side) => setChoices({ ...choices, [conflict.path]: side })} />
      ))}
      <details className={styles.all} open={found.data !== undefined && conflicts.length === 0}>
        <summary>{t('theirChanges')}</summary>
        <DiffView before={base} after={theirs} />
      </details>
      <details className={styles.all}>
        <summary>{t('myChanges')}</summary>
        <DiffView before={base} after={mine} />
      </details>
    </Dialog>
  );
}

interface ConflictCardProps {
  conflict: FlowConflict;
  choice: FlowSide | undefined;
  onChoose: (side: FlowSide) => void;
}

function ConflictCard({ conflict, choice, onChoose }: ConflictCardProps) {
  const t = useT(changeMessages);
  const english = useLanguage() === 'en';
  return (
    <fieldset className={styles.conflict}>
      <legend className={styles.name}>{english ? conflict.en : conflict.zh}</legend>
      <div className={styles.sides}>
        {(['mine', 'theirs'] as const).map((side) => (
          <label key={side} className={cx(styles.side, choice === side && styles.chosen)}>
            <span className={styles.pick}>
              <input type="radio" name={conflict.path} checked={choice === side} onChange={() => onChoose(side)} />
              {t(side)}
            </span>
            <Piece base={conflict.base} value={conflict[side]} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
