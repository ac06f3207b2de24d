// The form at the right: of the chosen step, of the flow when none is chosen; on narrow screens over the drawing.
import type { KeyboardEvent, Ref } from 'react';
import { useT } from '../../../../i18n';
import { IconButton, cx } from '../../../../ui';
import { findNode } from '../../model/edit';
import { editorMessages } from '../../messages/editor';
import { FlowPanel } from '../panel/FlowPanel';
import { ManyPanel } from '../panel/ManyPanel';
import { NodePanel } from '../panel/NodePanel';
import { useDocument, useEditor, useSelection } from './context';
import type { Checked } from './use-problems';
import styles from './Editor.module.css';

export interface SideProps {
  open: boolean;
  checked: Checked;
  readOnly: boolean;
  onPick: (from: string, port: string) => void;
  /** Back to what it is the form of. */
  onClose: () => void;
  ref: Ref<HTMLElement>;
}

export function Side({ open, checked, readOnly, onPick, onClose, ref }: SideProps) {
  const t = useT(editorMessages);
  const editor = useEditor();
  const document = useDocument();
  const selection = useSelection();
  const node = selection.length === 1 ? findNode(document, selection[0] ?? '') : undefined;
  function onKeyDown(event: KeyboardEvent) {
    // A list or a menu that is open above the form closes by Escape itself.
    const isInside = event.currentTarget.contains(event.target as Node);
    if (event.key !== 'Escape' || event.nativeEvent.isComposing || event.defaultPrevented || !isInside) return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  }
  return (
    <aside ref={ref} onKeyDown={onKeyDown} className={cx(styles.side, open && styles.sideOpen)} aria-label={t('properties')}>
      <span className={styles.sideClose}>
        <IconButton icon="close" label={t('closePanel')} onClick={onClose} plain />
      </span>
      {node ? (
        <NodePanel key={node.id} node={node} kind={editor.kinds.get(node.kind)} problems={checked.problems.filter((problem) => problem.node === node.id)} readOnly={readOnly} onPick={onPick} />
      ) : selection.length > 1 ? (
        <ManyPanel count={selection.length} readOnly={readOnly} />
      ) : (
        <FlowPanel readOnly={readOnly} />
      )}
    </aside>
  );
}
