// Changes of a document as pure functions: each gives a new document and leaves the old one as it was, so that undoing is
// going back to it. What did not change stays the same object, so that only changed boxes are drawn again.
import { NEXT, portOf, type FlowDocument, type FlowEdge, type FlowNode, type Json, type JsonObject, type Kind, type Spot, type Variable } from './document';

export const GAP_X = 320;
export const GAP_Y = 130;

/** A fresh id that says what it is: `call`, `call_2`, … */
export function freshId(document: FlowDocument, kind: string): string {
  const taken = new Set(document.nodes.map((node) => node.id));
  const base = kind.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 50) || 'node';
  if (!taken.has(base)) return base;
  for (let n = 2; ; n += 1) if (!taken.has(`${base}_${n}`)) return `${base}_${n}`;
}

export function findNode(document: FlowDocument, id: string): FlowNode | undefined {
  return document.nodes.find((node) => node.id === id);
}

const spotOf = (document: FlowDocument, id: string): Spot => document.layout?.[id] ?? { x: 0, y: 0 };

/** A place near the wished one that no other box stands on. */
export function freeSpot(document: FlowDocument, wish: Spot): Spot {
  const spots = Object.values(document.layout ?? {});
  let y = wish.y;
  while (spots.some((spot) => Math.abs(spot.x - wish.x) < 250 && Math.abs(spot.y - y) < 90)) y += GAP_Y;
  return { x: wish.x, y };
}

export interface Added {
  document: FlowDocument;
  id: string;
}

/** What a new node says of itself: settings that must be there, empty. */
function firstSettings(kind: Kind): JsonObject {
  const out: JsonObject = {};
  for (const name of kind.settings.required ?? []) {
    const schema = kind.settings.properties?.[name];
    out[name] = schema?.default ?? (schema?.type === 'array' ? [] : schema?.type === 'object' ? {} : schema?.type === 'string' ? '' : null);
  }
  return out;
}

/** A node by itself. */
export function addNode(document: FlowDocument, kind: Kind, at: Spot, settings: JsonObject = {}): Added {
  const { starts } = kind;
  const id = freshId(document, typeof starts?.settings.operation === 'string' ? starts.settings.operation : kind.name);
  const node: FlowNode = {
    id,
    kind: kind.name,
    ...(starts ? { title: starts.title } : {}),
    settings: { ...firstSettings(kind), ...starts?.settings, ...settings },
    ...(kind.needs_timeout ? { timeout_ms: starts?.timeout_ms ?? (kind.waits ? 600_000 : 10_000) } : {}),
  };
  const layout = { ...document.layout, [id]: freeSpot(document, at) };
  return { id, document: { ...document, nodes: [...document.nodes, node], layout } };
}

/** A node behind a port; what came there before comes behind the new node, through its first port. */
export function addAfter(document: FlowDocument, kind: Kind, from: string, port: string, settings: JsonObject = {}): Added {
  const before = document.edges.find((edge) => edge.from === from && portOf(edge) === port);
  const place = spotOf(document, from);
  const wish = { x: place.x + GAP_X, y: before ? spotOf(document, before.to).y : place.y };
  const shifted = before ? shiftRight(document, before.to, wish.x) : document;
  const added = addNode(shifted, kind, wish, settings);
  let next = connect(added.document, { from, port, to: added.id });
  const out = kind.ports[0]?.name;
  if (before && out !== undefined) next = connect(next, { from: added.id, port: out, to: before.to });
  return { id: added.id, document: next };
}

/** Makes room: a node that stands where the new one goes, and all that follows it, move one column on. */
function shiftRight(document: FlowDocument, first: string, x: number): FlowDocument {
  if (spotOf(document, first).x >= x + GAP_X - 40) return document;
  const layout = { ...document.layout };
  const seen = new Set<string>();
  const queue = [first];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const spot = spotOf(document, id);
    if (seen.has(id) || spot.x < x - 40) continue;
    seen.add(id);
    layout[id] = { x: spot.x + GAP_X, y: spot.y };
    for (const edge of document.edges) if (edge.from === id) queue.push(edge.to);
  }
  return { ...document, layout };
}

/** One edge per port: a new one takes the place of the old. */
export function connect(document: FlowDocument, edge: FlowEdge): FlowDocument {
  const port = portOf(edge);
  const same = (one: FlowEdge) => one.from === edge.from && portOf(one) === port;
  const made: FlowEdge = port === NEXT ? { from: edge.from, to: edge.to } : { from: edge.from, port, to: edge.to };
  const at = document.edges.findIndex(same);
  const edges = at < 0 ? [...document.edges, made] : document.edges.map((one, index) => (index === at ? made : one));
  return { ...document, edges };
}

export function disconnect(document: FlowDocument, from: string, port: string): FlowDocument {
  return { ...document, edges: document.edges.filter((edge) => !(edge.from === from && portOf(edge) === port)) };
}

/** Takes nodes away; what led to one and left it by its first way is joined again. */
export function removeNodes(document: FlowDocument, ids: readonly string[]): FlowDocument {
  let next = document;
  for (const id of ids) next = removeNode(next, id);
  return next;
}

function removeNode(document: FlowDocument, id: string): FlowDocument {
  const out = document.edges.filter((edge) => edge.from === id && edge.to !== id);
  const onward = out.find((edge) => portOf(edge) === NEXT) ?? (out.length === 1 ? out[0] : undefined);
  const edges = document.edges.flatMap((edge) => {
    if (edge.from === id) return [];
    if (edge.to !== id) return [edge];
    return onward && onward.to !== edge.from ? [{ ...edge, to: onward.to }] : [];
  });
  const { [id]: _gone, ...layout } = document.layout ?? {};
  return { ...document, nodes: document.nodes.filter((node) => node.id !== id), edges, layout };
}

export function changeNode(document: FlowDocument, id: string, change: (node: FlowNode) => FlowNode): FlowDocument {
  return { ...document, nodes: document.nodes.map((node) => (node.id === id ? change(node) : node)) };
}

/** Sets one setting; undefined takes it away. */
export function setSetting(document: FlowDocument, id: string, name: string, value: Json | undefined): FlowDocument {
  return changeNode(document, id, (node) => {
    const { [name]: _old, ...rest } = node.settings ?? {};
    return { ...node, settings: value === undefined ? rest : { ...node.settings, [name]: value } };
  });
}

export function moveNodes(document: FlowDocument, spots: Record<string, Spot>): FlowDocument {
  return { ...document, layout: { ...document.layout, ...spots } };
}

export function setVariables(document: FlowDocument, variables: Variable[]): FlowDocument {
  return { ...document, variables };
}

/** An empty flow that can be published at once: it begins and ends. */
export function emptyDocument(id: string, name: string): FlowDocument {
  return {
    format: 1,
    id,
    name,
    nodes: [
      { id: 'start', kind: 'start', settings: { trigger: 'message', phrases: [] } },
      { id: 'end', kind: 'end', settings: {} },
    ],
    edges: [{ from: 'start', to: 'end' }],
    layout: { start: { x: 0, y: 0 }, end: { x: GAP_X, y: 0 } },
  };
}
