// The middle of the editor: the drawing, or the same flow as an outline.
import { useMemo } from 'react';
import { useT } from '../../../../i18n';
import { connect, disconnect, moveNodes } from '../../model/edit';
import type { StepState } from '../../model/marks';
import { fromDrag } from '../../model/operation';
import { editorMessages } from '../../messages/editor';
import { FlowCanvas, type CanvasEdit } from '../canvas/FlowCanvas';
import { useDocument, useEditor, useReveal, useSelection } from './context';
import { Outline } from './Outline';
import type { View } from './TopBar';
import type { Checked } from './use-problems';

export interface StageProps {
  view: View;
  checked: Checked;
  marks: ReadonlyMap<string, StepState> | null;
  readOnly: boolean;
  onPick: (from: string, port: string) => void;
  onOpen: () => void;
}

export function Stage({ view, checked, marks, readOnly, onPick, onOpen }: StageProps) {
  const t = useT(editorMessages);
  const editor = useEditor();
  const document = useDocument();
  const selection = useSelection();
  const reveal = useReveal();
  const edit = useMemo<CanvasEdit>(
    () => ({
      onAddAfter: onPick,
      onRemoveWay: (from, port) => editor.apply(disconnect(editor.document, from, port)),
      onMove: (spots) => editor.apply(moveNodes(editor.document, spots), 'move'),
      onConnect: (from, port, to) => editor.apply(connect(editor.document, { from, port, to })),
      onDropKind: (name, at, way) => {
        const kind = fromDrag(editor.kinds, name);
        if (!kind) return;
        if (way) editor.addAfter(kind, way.from, way.port);
        else editor.add(kind, at);
      },
    }),
    [editor, onPick],
  );
  if (view === 'outline') return <Outline problems={checked.byNode} readOnly={readOnly} onPick={onPick} onOpen={onOpen} />;
  return (
    <FlowCanvas
      document={document}
      kinds={editor.kinds}
      selection={selection}
      onSelect={(ids) => editor.select(ids)}
      reveal={reveal}
      problems={checked.byNode}
      marks={marks}
      onOpen={onOpen}
      label={t('canvas', { name: document.name })}
      {...(readOnly ? {} : { edit })}
    />
  );
}
