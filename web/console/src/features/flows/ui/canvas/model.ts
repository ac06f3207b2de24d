// From a document to what xyflow draws. Boxes and ways that did not change keep their objects, so that React leaves them alone.
import { Position, type Edge, type Node } from '@xyflow/react';
import type { Language } from '@qingniao/shared/api';
import { nameOf, portOf, type FlowDocument, type FlowNode, type Kind, type Spot } from '../../model/document';
import { BOX_WIDTH, boxHeight, portY } from '../../model/layout';
import type { Became } from '../../model/drawn-diff';
import type { StepState } from '../../model/marks';
import { connectedPorts, drawnPorts } from '../../model/ports';
import { summaryOf } from '../../model/summary';
import { kindName } from '../../model/palette';
import { portLabel } from '../../model/words';

export interface BoxData extends Record<string, unknown> {
  name: string;
  kind: string;
  /** What kind it is, when the name does not say so. */
  kindName: string;
  family: string;
  summary: string;
  note: string;
  ports: string[];
  portNames: string[];
  open: string[];
  problem: 'error' | 'warning' | null;
  mark: StepState | Became | null;
}

export type Box = Node<BoxData, 'box'>;
export type Way = Edge<{ port: string; portName: string; passed: boolean }, 'way'>;

export interface Drawing {
  document: FlowDocument;
  kinds: ReadonlyMap<string, Kind>;
  language: Language;
  selection: ReadonlySet<string>;
  problems: ReadonlyMap<string, 'error' | 'warning'>;
  marks: ReadonlyMap<string, StepState> | null;
  /** Against another version. */
  became: ReadonlyMap<string, Became> | null;
}

const HANDLE = 14;

function handlesOf(ports: readonly string[], kind: string): NonNullable<Box['handles']> {
  const out = ports.map((port) => ({
    id: port,
    type: 'source' as const,
    position: Position.Right,
    x: BOX_WIDTH - HANDLE / 2,
    y: portY(ports, port) - HANDLE / 2,
    width: HANDLE,
    height: HANDLE,
  }));
  if (kind === 'start') return out;
  return [...out, { id: null, type: 'target' as const, position: Position.Left, x: -HANDLE / 2, y: 29 - HANDLE / 2, width: HANDLE, height: HANDLE }];
}

interface Drawn {
  key: string;
  node: FlowNode;
  spot: Spot;
  box: Box;
}

/** Remembers what it drew. One per canvas. */
export class Drawer {
  private boxes = new Map<string, Drawn>();
  private ways = new Map<string, { key: string; way: Way }>();

  drawBoxes(drawing: Drawing): Box[] {
    const connected = connectedPorts(drawing.document);
    const next = new Map<string, Drawn>();
    for (const node of drawing.document.nodes) {
      const spot = drawing.document.layout?.[node.id] ?? { x: 0, y: 0 };
      const ports = drawnPorts(node, drawing.kinds.get(node.kind), connected.get(node.id) ?? new Set());
      const open = ports.filter((port) => !connected.get(node.id)?.has(port));
      const [selected, problem, mark] = [drawing.selection.has(node.id), drawing.problems.get(node.id) ?? null, drawing.marks?.get(node.id) ?? drawing.became?.get(node.id) ?? null];
      const key = [drawing.language, selected, problem, mark, ports, open, drawing.kinds.size].join('|');
      const known = this.boxes.get(node.id);
      const same = known && known.key === key && known.node === node && known.spot.x === spot.x && known.spot.y === spot.y;
      next.set(node.id, same ? known : { key, node, spot, box: makeBox(node, spot, drawing, { ports, open, problem, mark }, selected) });
    }
    this.boxes = next;
    return [...next.values()].map((drawn) => drawn.box);
  }

  drawWays(drawing: Drawing): Way[] {
    const next = new Map<string, { key: string; way: Way }>();
    const kindOf = new Map(drawing.document.nodes.map((node) => [node.id, drawing.kinds.get(node.kind)]));
    const nameFor = new Map(drawing.document.nodes.map((node) => [node.id, nameOf(node, kindOf.get(node.id), drawing.language === 'en')]));
    for (const edge of drawing.document.edges) {
      const port = portOf(edge);
      const id = `${edge.from} ${port}`;
      const passed = Boolean(drawing.marks?.has(edge.from) && drawing.marks.has(edge.to));
      const portName = portLabel(port, kindOf.get(edge.from), drawing.language);
      const ariaLabel = `${nameFor.get(edge.from) ?? edge.from} · ${portName} → ${nameFor.get(edge.to) ?? edge.to}`;
      const key = `${edge.to} ${passed} ${ariaLabel}`;
      const known = this.ways.get(id);
      if (known && known.key === key) next.set(id, known);
      else next.set(id, { key, way: { id, type: 'way', source: edge.from, sourceHandle: port, target: edge.to, ariaLabel, data: { port, portName, passed } } });
    }
    this.ways = next;
    return [...next.values()].map((drawn) => drawn.way);
  }
}

function makeBox(node: FlowNode, spot: Spot, drawing: Drawing, looks: Pick<BoxData, 'ports' | 'open' | 'problem' | 'mark'>, selected: boolean): Box {
  const kind = drawing.kinds.get(node.kind);
  const height = boxHeight(looks.ports);
  const name = nameOf(node, kind, drawing.language === 'en');
  const kindWord = kind ? kindName(kind, drawing.language) : node.kind;
  return {
    id: node.id,
    type: 'box',
    position: spot,
    selected,
    width: BOX_WIDTH,
    height,
    measured: { width: BOX_WIDTH, height },
    handles: handlesOf(looks.ports, node.kind),
    deletable: node.kind !== 'start',
    ariaLabel: [name, kindWord === name ? '' : kindWord, summaryOf(node)].filter(Boolean).join('，'),
    data: {
      ...looks,
      name,
      kind: node.kind,
      kindName: kindWord === name ? '' : kindWord,
      family: kind?.family.name ?? 'logic',
      portNames: looks.ports.map((port) => portLabel(port, kind, drawing.language)),
      summary: summaryOf(node),
      note: node.note ?? '',
    },
  };
}
