// The editor: steps at the left, the drawing or its outline in the middle, the form at the right, the simulator below.
import { useMemo, useRef, useState } from 'react';
import { useHasRole } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { useLeaveGuard } from '../../../../app/router';
import type { Kind } from '../../model/document';
import type { StepState } from '../../model/marks';
import { portsOf } from '../../model/ports';
import type { FlowView } from '@qingniao/shared/flow';
import { editorMessages } from '../../messages/editor';
import { BacktestDialog } from '../backtest/BacktestDialog';
import { PublishDialog } from '../publish/PublishDialog';
import { Simulator } from '../simulator/Simulator';
import { EditorContext, useDocumentOf, useUnsoundOf } from './context';
import { EditorStore } from './store';
import { Conflicts } from './Conflicts';
import { KindPicker } from './KindPicker';
import { Palette } from './Palette';
import { ProblemsDialog } from './ProblemsDialog';
import { Side } from './Side';
import { Stage } from './Stage';
import { TopBar, type View } from './TopBar';
import { useAutosave, type Begun } from './use-autosave';
import { useEditorKeys } from './use-keys';
import { useProblems } from './use-problems';
import styles from './Editor.module.css';

export interface EditorProps {
  flow: FlowView;
  kinds: readonly Kind[];
  begun: Begun;
}

type Picking = { from: string; port: string } | 'free';

export function Editor({ flow, kinds, begun }: EditorProps) {
  const t = useT(editorMessages);
  const readOnly = !useHasRole('supervisor');
  const [store] = useState(() => new EditorStore(begun.document, new Map(kinds.map((kind) => [kind.name, kind]))));
  const document = useDocumentOf(store);
  const saving = useAutosave(flow.id, store, begun, !readOnly);
  const checked = useProblems(flow.id, document, useUnsoundOf(store));
  const [view, setView] = useState<View>(() => (window.innerWidth < 720 ? 'outline' : 'canvas'));
  const [picking, setPicking] = useState<Picking | null>(null);
  const [dialog, setDialog] = useState<'publish' | 'problems' | 'backtest' | null>(null);
  const [simulating, setSimulating] = useState(false);
  const [marks, setMarks] = useState<ReadonlyMap<string, StepState> | null>(null);
  const [sideOpen, setSideOpen] = useState(false);
  const side = useRef<HTMLElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const whole = useRef<HTMLDivElement>(null);
  useEditorKeys(store, readOnly, whole);
  useLeaveGuard(!readOnly && (saving.state === 'dirty' || saving.state === 'failed'), t('unsavedQuestion'));
  const picker = useMemo(() => ({ pick: (from: string, port: string) => setPicking({ from, port }) }), []);

  function add(kind: Kind) {
    const place = picking ?? 'free';
    setPicking(null);
    if (place !== 'free') store.addAfter(kind, place.from, place.port);
    else addBehindChosen(store, kind);
    // The button that asked may be gone with the form it stood in.
    setTimeout(() => window.document.activeElement === window.document.body && openedFrom(stage.current)?.focus());
  }
  function openSide() {
    setSideOpen(true);
    setTimeout(() => firstControl(side.current)?.focus());
  }
  function leaveSide() {
    setSideOpen(false);
    openedFrom(stage.current)?.focus();
  }
  return (
    <EditorContext value={store}>
      <div ref={whole} className={styles.editor}>
        <TopBar
          flow={flow}
          view={view}
          onView={setView}
          saving={saving}
          checked={checked}
          readOnly={readOnly}
          simulating={simulating}
          onProblems={() => setDialog('problems')}
          onSimulate={() => setSimulating(!simulating)}
          onPublish={() => setDialog('publish')}
          onAdd={() => setPicking('free')}
          onSide={openSide}
          onBacktest={() => setDialog('backtest')}
        />
        <Conflicts flow={flow} saving={saving} readOnly={readOnly} />
        <div className={styles.body}>
          {!readOnly && view === 'canvas' && (
            <div className={styles.palette}>
              <Palette kinds={kinds} onPick={(kind) => addBehindChosen(store, kind)} />
            </div>
          )}
          <div ref={stage} className={styles.centre}>
            <Stage view={view} checked={checked} marks={marks} readOnly={readOnly} onPick={picker.pick} onOpen={openSide} />
            {simulating && <Simulator flowId={flow.id} onMarks={setMarks} onClose={() => { setSimulating(false); setMarks(null); }} readOnly={readOnly} />}
          </div>
          <Side ref={side} open={sideOpen} checked={checked} readOnly={readOnly} onPick={picker.pick} onClose={leaveSide} />
        </div>
        {picking && <KindPicker kinds={kinds} onPick={add} onClose={() => setPicking(null)} />}
        {dialog === 'publish' && <PublishDialog flow={flow} saving={saving} checked={checked} onClose={() => setDialog(null)} onProblems={() => setDialog('problems')} />}
        {dialog === 'backtest' && <BacktestDialog flowId={flow.id} checked={checked} onClose={() => setDialog(null)} />}
        {dialog === 'problems' && <ProblemsDialog checked={checked} onClose={() => setDialog(null)} />}
      </div>
    </EditorContext>
  );
}

/** Behind the chosen step's first open way; else by itself, below the others. */
function addBehindChosen(store: EditorStore, kind: Kind) {
  const id = store.get().selection.at(-1);
  const node = store.document.nodes.find((one) => one.id === id);
  if (node) {
    const used = new Set(store.document.edges.filter((edge) => edge.from === node.id).map((edge) => edge.port ?? 'next'));
    const ports = portsOf(node, store.kinds.get(node.kind)).filter((port) => port.needed);
    const port = ports.find((one) => !used.has(one.name)) ?? ports[0];
    if (port) return store.addAfter(kind, node.id, port.name);
  }
  const spots = Object.values(store.document.layout ?? {});
  store.add(kind, { x: Math.min(0, ...spots.map((spot) => spot.x)), y: Math.max(0, ...spots.map((spot) => spot.y)) + 150 });
  store.select(store.get().selection, true);
}

/** The first that is to be seen. */
function firstControl(panel: HTMLElement | null): HTMLElement | undefined {
  return [...(panel?.querySelectorAll<HTMLElement>('input, textarea, button') ?? [])].find((element) => element.offsetParent !== null);
}

/** Where one was before going to the form: the outline, or the chosen step on the drawing. */
function openedFrom(stage: HTMLElement | null): HTMLElement | null {
  return stage?.querySelector<HTMLElement>('[role="tree"], .react-flow__node.selected') ?? null;
}
