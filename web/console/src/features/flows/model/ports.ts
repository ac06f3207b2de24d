// The ways out of a node: those of its kind, those its settings name, and error, timeout and undo where they make sense.
import { ERROR, NEXT, portOf, type FlowDocument, type FlowNode, type Json, type Kind } from './document';

export interface Port {
  name: string;
  /** Must lead somewhere for the flow to be sound. */
  needed: boolean;
}

const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** Ports the settings name: `branches` or `intents` are lists of them, `cases[].port` a field of each row. */
function ownPorts(node: FlowNode, from: string | null | undefined): string[] {
  if (!from) return [];
  const [setting = '', field] = from.split('[].');
  const values = list(node.settings?.[setting]).map((one) => (field && one && typeof one === 'object' && !Array.isArray(one) ? one[field] : one));
  return values.filter((value): value is string => typeof value === 'string' && value !== '');
}

export function portsOf(node: FlowNode, kind: Kind | undefined): Port[] {
  if (!kind) return [{ name: NEXT, needed: true }];
  const regular = [...new Set([...ownPorts(node, kind.ports_from), ...kind.ports.map((port) => port.name)])];
  const extra = kind.extra_ports.map((port) => port.name).filter((name) => !regular.includes(name));
  return [...regular.map((name) => ({ name, needed: true })), ...extra.map((name) => ({ name, needed: name === ERROR && kind.needs_error_edge }))];
}

/** Those a drawing shows: what must lead on, and what does. */
export function drawnPorts(node: FlowNode, kind: Kind | undefined, connected: ReadonlySet<string>): string[] {
  const drawn = portsOf(node, kind).filter((port) => port.needed || connected.has(port.name)).map((port) => port.name);
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
