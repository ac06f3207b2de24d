// The ways out of a node: those of its kind, those its settings name, and error, timeout and undo where they make sense.
import { ERROR, NEXT, TIMEOUT, UNDO, portOf, type FlowDocument, type FlowNode, type Json, type Kind } from './document';

export interface Port {
  name: string;
  /** Must lead somewhere for the flow to be sound. */
  needed: boolean;
}

const texts = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '') : [];

/** Ports the settings name: the cases of a switch, the branches of a parallel, the intents of a classification. */
function ownPorts(node: FlowNode): string[] {
  const settings = node.settings ?? {};
  switch (node.kind) {
    case 'switch':
      return texts(list(settings.cases).map((one) => (one && typeof one === 'object' && !Array.isArray(one) ? (one.port ?? '') : '')));
    case 'parallel':
      return texts(settings.branches);
    case 'classify':
      return texts(settings.intents);
    default:
      return [];
  }
}

const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

export function portsOf(node: FlowNode, kind: Kind | undefined): Port[] {
  const regular = [...ownPorts(node), ...(kind?.ports ?? [NEXT])];
  const ports = [...new Set(regular)].map((name) => ({ name, needed: true }));
  if (kind?.fallible) ports.push({ name: ERROR, needed: true });
  if (kind?.needs_timeout && kind.waits) ports.push({ name: TIMEOUT, needed: false });
  if (kind && kind.family !== 'trigger' && kind.name !== 'end') ports.push({ name: UNDO, needed: false });
  return ports;
}

/** Those a drawing shows: what must lead on, and what does. */
export function drawnPorts(node: FlowNode, kind: Kind | undefined, connected: ReadonlySet<string>): string[] {
  const known = portsOf(node, kind);
  const drawn = known.filter((port) => port.needed || connected.has(port.name)).map((port) => port.name);
  return [...drawn, ...[...connected].filter((name) => !drawn.includes(name))];
}

/** For every node, the ports edges leave through. */
export function connectedPorts(document: FlowDocument): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>();
  for (const edge of document.edges) {
    const ports = out.get(edge.from) ?? new Set();
    out.set(edge.from, ports.add(portOf(edge)));
  }
  return out;
}
