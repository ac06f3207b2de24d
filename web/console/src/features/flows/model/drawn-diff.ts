// Two versions as one drawing: the later one, with what it no longer has still in its place, and what became of each step.
import { diff } from './diff';
import { portOf, type FlowDocument, type FlowEdge } from './document';
import { freeSpot } from './edit';

export type Became = 'added' | 'changed' | 'removed';

export interface DrawnDiff {
  document: FlowDocument;
  /** By node; a step whose ways lead elsewhere now changed as well. */
  became: ReadonlyMap<string, Became>;
}

/** Both laid out. */
export function drawnDiff(before: FlowDocument, after: FlowDocument): DrawnDiff {
  const found = diff(before, after);
  const became = new Map<string, Became>(found.nodes.map((change) => [change.id, change.how]));
  for (const edge of found.edges) if (!became.has(edge.from)) became.set(edge.from, 'changed');
  const gone = found.nodes.filter((change) => change.how === 'removed').map((change) => change.node);
  let document: FlowDocument = { ...after, nodes: [...after.nodes, ...gone] };
  for (const node of gone) document = { ...document, layout: { ...document.layout, [node.id]: freeSpot(document, before.layout?.[node.id] ?? { x: 0, y: 0 }) } };
  return { document: { ...document, edges: [...after.edges, ...lastWays(before, after, new Set(gone.map((node) => node.id)))] }, became };
}

/** The ways to and from what is gone, where no way of today leaves the same port. */
function lastWays(before: FlowDocument, after: FlowDocument, gone: ReadonlySet<string>): FlowEdge[] {
  const used = new Set(after.edges.map((edge) => `${edge.from} ${portOf(edge)}`));
  return before.edges.filter((edge) => (gone.has(edge.from) || gone.has(edge.to)) && !used.has(`${edge.from} ${portOf(edge)}`));
}
