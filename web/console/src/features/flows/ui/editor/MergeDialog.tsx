// Two drawings grew apart: shows what both changed, lets a person choose where they disagree, and gives the merged one.
import { useMemo, useState } from 'react';
import { useT } from '../../../../i18n';
import { Badge, Button, Dialog, cx } from '../../../../ui';
import type { FlowDocument } from '../../model/document';
import { findConflicts, mergeDocuments, type Conflict, type Side } from '../../model/merge';
import { changeMessages } from '../../messages/changes';
import { DiffView } from '../changes/DiffView';
import { Piece } from '../changes/Piece';
import styles from './MergeDialog.module.css';

export interface MergeDialogProps {
  base: FlowDocument;
  mine: FlowDocument;
  theirs: FlowDocument;
  /** Why: another window, or another person's publishing. */
  text: string;
  onMerge: (merged: FlowDocument) => void;
  onClose: () => void;
}

export function MergeDialog({ base, mine, theirs, text, onMerge, onClose }: MergeDialogProps) {
  const t = useT(changeMessages);
  const found = useMemo(() => findConflicts(base, mine, theirs), [base, mine, theirs]);
  const [choices, setChoices] = useState<Record<string, Side>>({});
  const undecided = found.conflicts.filter((conflict) => !choices[conflict.key]).length;
  return (
    <Dialog
      open
      onClose={onClose}
      kind="wide"
      title={t('mergeTitle')}
      description={text}
      onSubmit={() => onMerge(mergeDocuments(base, mine, theirs, choices))}
      footer={
        <>
          <Button onClick={onClose}>{t('later')}</Button>
          <Button type="submit" variant="primary" disabled={undecided > 0}>
            {undecided > 0 ? t('undecided', { n: undecided }) : t('merge')}
          </Button>
        </>
      }
    >
      {found.conflicts.length === 0 && <p>{t('noConflicts')}</p>}
      {found.conflicts.map((conflict) => (
        <ConflictCard key={conflict.key} conflict={conflict} documents={{ mine, theirs }} choice={choices[conflict.key]} onChoose={(side) => setChoices({ ...choices, [conflict.key]: side })} />
      ))}
      <details className={styles.all} open={found.conflicts.length === 0}>
        <summary>{t('theirChanges', { n: found.theirs.length })}</summary>
        <DiffView before={base} after={theirs} />
      </details>
      <details className={styles.all}>
        <summary>{t('myChanges', { n: found.mine.length })}</summary>
        <DiffView before={base} after={mine} />
      </details>
    </Dialog>
  );
}

interface ConflictCardProps {
  conflict: Conflict;
  documents: { mine: FlowDocument; theirs: FlowDocument };
  choice: Side | undefined;
  onChoose: (side: Side) => void;
}

function ConflictCard({ conflict, documents, choice, onChoose }: ConflictCardProps) {
  const t = useT(changeMessages);
  const titled = [...documents.mine.nodes, ...documents.theirs.nodes].find((node) => node.id === conflict.name);
  const name = titled?.title || conflict.name || documents.mine.name;
  return (
    <fieldset className={styles.conflict}>
      <legend className={styles.name}>
        {name} <Badge tone="warning">{t(`what_${conflict.what}`)}</Badge>
      </legend>
      <div className={styles.sides}>
        {(['mine', 'theirs'] as const).map((side) => (
          <label key={side} className={cx(styles.side, choice === side && styles.chosen)}>
            <span className={styles.pick}>
              <input type="radio" name={conflict.key} checked={choice === side} onChange={() => onChoose(side)} />
              {t(side)}
            </span>
            <Piece base={conflict.base} value={conflict[side]} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
