// The flow as an indented list, for people who read better than they look, and for the keyboard: every way in the order of its
// ports, each node told once; a second way to it is a line that refers there.
import { NEXT, portOf, type FlowDocument, type FlowNode, type Kind } from './document';
import { portsOf } from './ports';

export interface OutlineLine {
  /** Of the line; a node told once has its own id. */
  key: string;
  node: FlowNode;
  depth: number;
  /** The way that led here; empty for the beginning, and for what nothing leads to. */
  port: string;
  from: string | null;
  /** Told elsewhere already. */
  again: boolean;
  /** It leads to a step that comes before it on its own way. */
  back: boolean;
  /** Nothing leads here. */
  loose: boolean;
}

export function outlineOf(document: FlowDocument, kinds: ReadonlyMap<string, Kind>): OutlineLine[] {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const out = new Map<string, Map<string, string>>();
  for (const edge of document.edges) {
    const ports = out.get(edge.from) ?? new Map<string, string>();
    out.set(edge.from, ports.set(portOf(edge), edge.to));
  }
  const lines: OutlineLine[] = [];
  /** Each told step, with the one it was told behind. */
  const told = new Map<string, string | null>();
  const tell = (first: string, depth: number, port: string, from: string | null, loose: boolean) => {
    // A stack instead of recursion: a flow may be two thousand nodes long.
    const stack = [{ id: first, depth, port, from, loose }];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const node = nodes.get(top.id);
      if (!node) continue;
      const again = told.has(node.id);
      lines.push({ ...top, key: again ? `${node.id} from ${top.from} ${top.port}` : node.id, node, again, back: again && isBehind(told, node.id, top.from) });
      if (again) continue;
      told.set(node.id, top.from);
      stack.push(...waysOn(node, kinds, out.get(node.id), top.depth).reverse());
    }
  };
  const start = document.nodes.find((node) => node.kind === 'start');
  if (start) tell(start.id, 0, '', null, false);
  for (const node of document.nodes) if (!told.has(node.id)) tell(node.id, 0, '', null, true);
  return lines;
}

/** Whether the step at `from` was reached by way of `id`. */
function isBehind(told: ReadonlyMap<string, string | null>, id: string, from: string | null): boolean {
  for (let at = from; at !== null; at = told.get(at) ?? null) if (at === id) return true;
  return false;
}

/** A step's only regular way goes on at the same depth, its side ways one deeper and first. */
function waysOn(node: FlowNode, kinds: ReadonlyMap<string, Kind>, ways: Map<string, string> | undefined, depth: number) {
  if (!ways) return [];
  const order = portsOf(node, kinds.get(node.kind)).map((port) => port.name);
  const ports = [...ways.keys()].sort((a, b) => rank(order, a) - rank(order, b));
  const regular = ports.filter((port) => !['error', 'timeout', 'undo', 'unclear'].includes(port));
  const main = regular.length === 1 ? regular[0] : regular.includes(NEXT) ? NEXT : regular.includes('done') ? 'done' : undefined;
  const side = ports.filter((port) => port !== main);
  const line = (port: string, deeper: number) => ({ id: ways.get(port) ?? '', depth: depth + deeper, port, from: node.id, loose: false });
  return [...side.map((port) => line(port, 1)), ...(main === undefined ? [] : [line(main, 0)])];
}

const rank = (order: readonly string[], port: string): number => {
  const at = order.indexOf(port);
  return at < 0 ? order.length : at;
};
