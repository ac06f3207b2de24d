// Where boxes stand and how large they are. Sizes are fixed, so that edges can be drawn before a box was ever on screen.
import { graphlib, layout as arrange } from '@dagrejs/dagre';
import { connectedPorts, drawnPorts } from './ports';
import type { FlowDocument, FlowNode, Kind, Spot } from './document';

export const BOX_WIDTH = 232;
export const HEAD_HEIGHT = 58;
export const PORT_HEIGHT = 24;

/** A single `next` leaves beside the head; more ways have a line each. */
export const hasPortLines = (ports: readonly string[]): boolean => ports.length > 1 || (ports.length === 1 && ports[0] !== 'next');

export function boxHeight(ports: readonly string[]): number {
  return HEAD_HEIGHT + (hasPortLines(ports) ? ports.length * PORT_HEIGHT + 6 : 0);
}

/** The middle of a port's handle, from the top of the box. */
export function portY(ports: readonly string[], port: string): number {
  if (!hasPortLines(ports)) return HEAD_HEIGHT / 2;
  return HEAD_HEIGHT + (Math.max(0, ports.indexOf(port)) + 0.5) * PORT_HEIGHT;
}

/** Left to right, in ranks. */
export function autoLayout(document: FlowDocument, kinds: ReadonlyMap<string, Kind>): Record<string, Spot> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 96, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  const connected = connectedPorts(document);
  const height = (node: FlowNode) => boxHeight(drawnPorts(node, kinds.get(node.kind), connected.get(node.id) ?? new Set()));
  for (const node of document.nodes) graph.setNode(node.id, { width: BOX_WIDTH, height: height(node) });
  for (const edge of document.edges) if (graph.hasNode(edge.from) && graph.hasNode(edge.to) && edge.from !== edge.to) graph.setEdge(edge.from, edge.to);
  arrange(graph);
  const out: Record<string, Spot> = {};
  for (const node of document.nodes) {
    const place = graph.node(node.id) as { x: number; y: number };
    out[node.id] = { x: Math.round(place.x - BOX_WIDTH / 2), y: Math.round(place.y - height(node) / 2) };
  }
  return out;
}

/** A document whose every node has a place; flows that come from elsewhere often have none. */
export function withLayout(document: FlowDocument, kinds: ReadonlyMap<string, Kind>): FlowDocument {
  const have = document.layout ?? {};
  const missing = document.nodes.filter((node) => !have[node.id]);
  if (missing.length === 0) return document;
  const spots = autoLayout(document, kinds);
  if (missing.length === document.nodes.length) return { ...document, layout: spots };
  const layout = { ...have };
  for (const node of missing) layout[node.id] = spots[node.id] ?? { x: 0, y: 0 };
  return { ...document, layout };
}
