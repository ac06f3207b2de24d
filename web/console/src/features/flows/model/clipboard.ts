// Copying parts of a flow, also into another flow and through the system's clipboard as text.
import { GAP_Y, freshId } from './edit';
import type { FlowDocument, FlowEdge, FlowNode, Spot, Variable } from './document';

const MARK = 'qingniao-flow-part';

export interface Part {
  nodes: FlowNode[];
  edges: FlowEdge[];
  layout: Record<string, Spot>;
  /** Those the nodes name, so that a paste into another flow brings them along. */
  variables: Variable[];
}

/** The chosen nodes and the edges between them; the start stays where it is. */
export function copyPart(document: FlowDocument, ids: readonly string[]): Part | null {
  const nodes = document.nodes.filter((node) => ids.includes(node.id) && node.kind !== 'start');
  if (nodes.length === 0) return null;
  const inside = new Set(nodes.map((node) => node.id));
  const text = JSON.stringify(nodes);
  return {
    nodes,
    edges: document.edges.filter((edge) => inside.has(edge.from) && inside.has(edge.to)),
    layout: Object.fromEntries(nodes.map((node) => [node.id, document.layout?.[node.id] ?? { x: 0, y: 0 }])),
    variables: (document.variables ?? []).filter((variable) => new RegExp(`\\b${variable.name}\\b`).test(text)),
  };
}

export const partToText = (part: Part): string => JSON.stringify({ type: MARK, ...part });

/** Null when the text is something else. */
export function partFromText(text: string): Part | null {
  try {
    const value = JSON.parse(text) as Partial<Part> & { type?: string };
    if (value.type !== MARK || !Array.isArray(value.nodes) || !Array.isArray(value.edges)) return null;
    return { nodes: value.nodes, edges: value.edges, layout: value.layout ?? {}, variables: value.variables ?? [] };
  } catch {
    return null;
  }
}

const NUDGE = 48;
/** Boxes nearer than this to each other touch. */
const ROOM_X = 250;
const ROOM_Y = 170;

/** Further down, until no box of the part covers one that is there: the other flow may have its steps where these stood. */
function clear(document: FlowDocument, spots: readonly Spot[], wish: Spot): Spot {
  const there = Object.values(document.layout ?? {});
  const covers = (y: number) => spots.some((spot) => there.some((one) => Math.abs(one.x - spot.x - wish.x) < ROOM_X && Math.abs(one.y - spot.y - y) < ROOM_Y));
  let y = wish.y;
  while (covers(y)) y += GAP_Y;
  return { x: wish.x, y };
}

/** Puts the part beside its origin under fresh ids. Gives the new ids, to be chosen. */
export function pastePart(document: FlowDocument, part: Part, at?: Spot): { document: FlowDocument; ids: string[] } {
  const spots = Object.values(part.layout);
  const left = Math.min(...spots.map((spot) => spot.x));
  const top = Math.min(...spots.map((spot) => spot.y));
  const shift = clear(document, spots, at ? { x: at.x - left, y: at.y - top } : { x: NUDGE, y: NUDGE });
  const names = new Map<string, string>();
  let next: FlowDocument = { ...document, layout: { ...document.layout } };
  for (const node of part.nodes) {
    const id = freshId(next, node.kind);
    names.set(node.id, id);
    const spot = part.layout[node.id] ?? { x: left, y: top };
    next = { ...next, nodes: [...next.nodes, { ...node, id }], layout: { ...next.layout, [id]: { x: spot.x + shift.x, y: spot.y + shift.y } } };
  }
  const edges = part.edges.map((edge) => ({ ...edge, from: names.get(edge.from) ?? edge.from, to: names.get(edge.to) ?? edge.to }));
  const known = new Set((document.variables ?? []).map((variable) => variable.name));
  const variables = [...(document.variables ?? []), ...part.variables.filter((variable) => !known.has(variable.name))];
  return { document: { ...next, edges: [...next.edges, ...edges], ...(variables.length > 0 ? { variables } : {}) }, ids: [...names.values()] };
}
