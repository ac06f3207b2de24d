// The drawing of a flow: pans, zooms, chooses, and, where it may be changed, moves and connects. Knows nothing of the server.
import '@xyflow/react/dist/base.css';
import { useCallback, useEffect, useMemo, useRef, useState, type DragEvent, type KeyboardEvent } from 'react';
import { Background, Controls, MiniMap, ReactFlow, ReactFlowProvider, applyNodeChanges, useReactFlow, type Connection, type EdgeChange, type FinalConnectionState, type NodeChange, type ReactFlowInstance } from '@xyflow/react';
import { useLanguage, useT } from '../../../../i18n';
import { NEXT, type FlowDocument, type Kind, type Spot } from '../../model/document';
import type { Became } from '../../model/drawn-diff';
import type { StepState } from '../../model/marks';
import { BOX_WIDTH, HEAD_HEIGHT } from '../../model/layout';
import { canvasMessages } from '../../messages/canvas';
import { CanvasActions, type Actions } from './actions';
import { BoxNode } from './BoxNode';
import { Drawer, type Box, type Way } from './model';
import { Arrows, WayEdge } from './WayEdge';
import styles from './FlowCanvas.module.css';

const NODE_TYPES = { box: BoxNode };
const EDGE_TYPES = { way: WayEdge };
const NOTHING: ReadonlyMap<string, 'error' | 'warning'> = new Map();
/** More boxes than this are not drawn small in the corner: the little map would cost more than it shows. */
const MINIMAP_NODES_MAX = 400;
const MINIMAP_NODES_MIN = 14;
export const KIND_TYPE = 'application/x-qingniao-kind';

export interface FlowCanvasProps {
  document: FlowDocument;
  kinds: ReadonlyMap<string, Kind>;
  selection: readonly string[];
  onSelect: (ids: readonly string[]) => void;
  /** A change of this number shows the chosen node. */
  reveal?: number;
  problems?: ReadonlyMap<string, 'error' | 'warning'>;
  marks?: ReadonlyMap<string, StepState> | null;
  /** What became of each step against another version. */
  became?: ReadonlyMap<string, Became> | null;
  /** The box that a large flow is opened at; its start without one. */
  at?: string | undefined;
  /** The form of the chosen step is wanted. */
  onOpen?: () => void;
  /** Absent: only to be looked at. */
  edit?: CanvasEdit;
  label: string;
}

export interface CanvasEdit extends Actions {
  onMove: (spots: Record<string, Spot>) => void;
  onConnect: (from: string, port: string, to: string) => void;
  onDropKind: (kind: string, at: Spot, way: { from: string; port: string } | null) => void;
}

export function FlowCanvas(props: FlowCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ document, kinds, selection, onSelect, reveal = 0, problems = NOTHING, marks = null, became = null, at, onOpen, edit, label }: FlowCanvasProps) {
  const t = useT(canvasMessages);
  const language = useLanguage();
  const flow = useReactFlow<Box, Way>();
  const [drawer] = useState(() => new Drawer());
  const chosen = useMemo(() => new Set(selection), [selection]);
  const [way, setWay] = useState('');
  const drawing = useMemo(() => ({ document, kinds, language, selection: chosen, problems, marks, became }), [document, kinds, language, chosen, problems, marks, became]);
  const drawn = useMemo(() => drawer.drawBoxes(drawing), [drawer, drawing]);
  const ways = useMemo(() => drawer.drawWays(drawing), [drawer, drawing]);
  const shownWays = useMemo(() => (way ? ways.map((one) => (one.id === way ? { ...one, selected: true } : one)) : ways), [ways, way]);
  const [nodes, setNodes] = useState(drawn);
  useEffect(() => setNodes(drawn), [drawn]);
  useReveal(reveal, selection);

  const latest = useRef({ chosen, onSelect, edit });
  useEffect(() => {
    latest.current = { chosen, onSelect, edit };
  });

  const onNodesChange = useCallback((changes: NodeChange<Box>[]) => {
    const now = latest.current;
    const picks = changes.filter((change) => change.type === 'select');
    if (picks.length > 0) {
      const next = new Set(now.chosen);
      for (const pick of picks) if (pick.selected) next.add(pick.id);
        else next.delete(pick.id);
      now.onSelect([...next]);
    }
    const moves = changes.filter((change) => change.type === 'position');
    if (moves.length === 0 || !now.edit) return;
    setNodes((before) => applyNodeChanges(moves, before));
    // Arrow keys move without dragging, and a drag ends with a last change that is none.
    const settled = moves.filter((move) => move.dragging !== true && move.position);
    if (settled.length > 0) now.edit.onMove(Object.fromEntries(settled.map((move) => [move.id, round(move.position as Spot)])));
  }, []);
  const onEdgesChange = useCallback((changes: EdgeChange<Way>[]) => {
    for (const change of changes) if (change.type === 'select') setWay((before) => (change.selected ? change.id : before === change.id ? '' : before));
  }, []);
  const onConnect = useCallback((made: Connection) => latest.current.edit?.onConnect(made.source, made.sourceHandle ?? NEXT, made.target), []);
  // A line is let go over any part of a box, not only over its small handle; over the empty drawing a new step is asked for.
  const onConnectEnd = useCallback((event: MouseEvent | TouchEvent, made: FinalConnectionState) => {
    const from = made.fromNode?.id;
    if (made.isValid || from === undefined || made.fromHandle?.type !== 'source') return;
    const port = made.fromHandle.id ?? NEXT;
    const below = elementAt(event);
    const to = below?.closest('.react-flow__node')?.getAttribute('data-id');
    if (to && to !== from && flow.getNode(to)?.data.kind !== 'start') latest.current.edit?.onConnect(from, port, to);
    else if (below?.matches('.react-flow__pane')) latest.current.edit?.onAddAfter?.(from, port);
  }, [flow]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!edit || way === '' || (event.key !== 'Delete' && event.key !== 'Backspace')) return;
    const [from = '', port = NEXT] = way.split(' ');
    setWay('');
    event.stopPropagation();
    edit.onRemoveWay?.(from, port);
  };
  const onDrop = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(KIND_TYPE);
    if (!kind || !edit) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    edit.onDropKind(kind, { x: Math.round(at.x - BOX_WIDTH / 2), y: Math.round(at.y - HEAD_HEIGHT / 2) }, wayBelow(event));
  };
  return (
    <CanvasActions.Provider value={edit ?? null}>
      <ReactFlow<Box, Way>
        className={styles.canvas ?? ''}
        nodes={nodes}
        edges={shownWays}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onPaneClick={() => onSelect([])}
        onNodeDoubleClick={() => onOpen?.()}
        onKeyDown={onKeyDown}
        {...(edit ? { onDrop, onDragOver: (event: DragEvent) => event.preventDefault() } : {})}
        onlyRenderVisibleElements
        nodesDraggable={Boolean(edit)}
        nodesConnectable={Boolean(edit)}
        edgesFocusable={Boolean(edit)}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={['Control', 'Meta']}
        minZoom={0.01}
        maxZoom={1.6}
        fitView
        fitViewOptions={FIRST}
        onInit={(made) => showFirst(made, document, at)}
        proOptions={PRO}
        aria-label={label}
        ariaLabelConfig={ariaWords(t)}
      >
        <Arrows />
        <Background gap={20} size={1.2} />
        <Controls showInteractive={false} fitViewOptions={FIT} />
        {document.nodes.length > MINIMAP_NODES_MIN && document.nodes.length <= MINIMAP_NODES_MAX && <MiniMap<Box> pannable zoomable style={MINIMAP} ariaLabel={t('minimap')} className={styles.minimap ?? ''} />}
      </ReactFlow>
    </CanvasActions.Provider>
  );
}

const FIT = { padding: 0.08, maxZoom: 1 };
/** Smaller than this is not the first view. */
const FIRST = { padding: 0.15, maxZoom: 1, minZoom: 0.4 };
/** A large flow is opened so, with this much free around it; boxes with many ways are about so tall. */
const FIRST_ZOOM = 0.8;
const MARGIN = 40;
const TALL = 160;
/** Words smaller than at this zoom are not read. */
const READABLE = 0.7;

/** A flow too large to be read whole is opened where somebody looks, else at its start. */
function showFirst(flow: ReactFlowInstance<Box, Way>, document: FlowDocument, at: string | undefined) {
  const wanted = document.nodes.find((node) => node.id === at);
  const start = wanted ?? document.nodes.find((node) => node.kind === 'start') ?? document.nodes[0];
  const spot = start && document.layout?.[start.id];
  const pane = window.document.querySelector('.react-flow');
  if (!spot || !pane) return;
  const { width, height } = pane.getBoundingClientRect();
  const show = async () => {
    // Once more: what xyflow fits by itself is lost where boxes are drawn anew meanwhile.
    await flow.fitView(FIRST);
    if (flow.getZoom() >= READABLE) return;
    if (wanted) return void flow.setCenter(spot.x + BOX_WIDTH / 2, spot.y + HEAD_HEIGHT / 2, { zoom: READABLE });
    void flow.setViewport({ x: Math.min(40, width / 6) - Math.min(spot.x, leftmost(document)) * FIRST_ZOOM, y: firstTop(document, spot, height), zoom: FIRST_ZOOM });
  };
  requestAnimationFrame(() => void show());
}

/** The start in the middle, as far as the drawing goes on above and below it: of what is empty nothing is shown first. */
function firstTop(document: FlowDocument, start: Spot, height: number): number {
  const ys = Object.values(document.layout ?? {}).map((spot) => spot.y);
  const [top, bottom] = [Math.min(...ys) * FIRST_ZOOM, (Math.max(...ys) + TALL) * FIRST_ZOOM];
  if (bottom - top + 2 * MARGIN <= height) return (height - top - bottom) / 2;
  const wish = height / 2 - (start.y + HEAD_HEIGHT / 2) * FIRST_ZOOM;
  return Math.max(height - MARGIN - bottom, Math.min(MARGIN - top, wish));
}

const leftmost = (document: FlowDocument): number => Math.min(...Object.values(document.layout ?? {}).map((spot) => spot.x));

const MINIMAP = { width: 150, height: 100 };
const PRO = { hideAttribution: true };
const round = (spot: Spot): Spot => ({ x: Math.round(spot.x), y: Math.round(spot.y) });

function elementAt(event: MouseEvent | TouchEvent): Element | null {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event;
  return point ? window.document.elementFromPoint(point.clientX, point.clientY) : null;
}

/** The way a dragged kind was dropped on, if any. */
function wayBelow(event: DragEvent): { from: string; port: string } | null {
  for (const element of window.document.elementsFromPoint(event.clientX, event.clientY)) {
    const id = element.closest('.react-flow__edge')?.getAttribute('data-id') ?? element.closest('[data-way]')?.getAttribute('data-way');
    if (!id) continue;
    const [from = '', port = NEXT] = id.split(' ');
    return { from, port };
  }
  return null;
}

/** Brings the chosen node into view when somebody jumps to it. */
function useReveal(reveal: number, selection: readonly string[]) {
  const flow = useReactFlow();
  const seen = useRef(reveal);
  useEffect(() => {
    if (reveal === seen.current) return;
    seen.current = reveal;
    const id = selection[0];
    if (!id) return;
    const timer = setTimeout(() => {
      const node = flow.getNode(id);
      if (node) void flow.setCenter(node.position.x + BOX_WIDTH / 2, node.position.y + HEAD_HEIGHT / 2, { zoom: Math.max(0.8, flow.getZoom()), duration: 200 });
    });
    return () => clearTimeout(timer);
  }, [reveal, selection, flow]);
}

function ariaWords(t: ReturnType<typeof useT<typeof canvasMessages.zh>>) {
  return {
    'node.a11yDescription.default': t('nodeKeys'),
    'node.a11yDescription.keyboardDisabled': t('nodeKeys'),
    'node.a11yDescription.ariaLiveMessage': () => t('moved'),
    'edge.a11yDescription.default': t('edgeKeys'),
    'controls.ariaLabel': t('controls'),
    'controls.zoomIn.ariaLabel': t('zoomIn'),
    'controls.zoomOut.ariaLabel': t('zoomOut'),
    'controls.fitView.ariaLabel': t('fit'),
    'minimap.ariaLabel': t('minimap'),
    'handle.ariaLabel': t('handle'),
  };
}
