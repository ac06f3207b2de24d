// What differs between two documents, in terms of the flow: boxes, their fields, ways, variables. Places on the canvas do not count.
import { portOf, type FlowDocument, type FlowNode, type Json } from './document';

export interface FieldChange {
  /** `title`, `timeout_ms`, `settings.when`, … */
  field: string;
  before: Json | undefined;
  after: Json | undefined;
}

export interface NodeChange {
  id: string;
  /** As it is now, or was last. */
  node: FlowNode;
  how: 'added' | 'removed' | 'changed';
  fields: FieldChange[];
}

export interface EdgeChange {
  how: 'added' | 'removed' | 'changed';
  from: string;
  port: string;
  before: string | undefined;
  after: string | undefined;
}

export interface ThingChange {
  how: 'added' | 'removed' | 'changed';
  name: string;
  fields: FieldChange[];
}

export interface Difference {
  name: FieldChange | null;
  nodes: NodeChange[];
  edges: EdgeChange[];
  variables: ThingChange[];
  tests: ThingChange[];
}

/** Equal as JSON, whatever the order of keys; what is absent, null or empty is the same. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value && typeof value === 'object') {
    const entries = Object.entries(value as Record<string, unknown>).filter(([, one]) => one !== undefined && one !== null);
    entries.sort(([x], [y]) => (x < y ? -1 : 1));
    return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

type Plain = Record<string, Json | undefined>;

function fieldsOf(before: object, after: object, skip: readonly string[], prefix = ''): FieldChange[] {
  const [a, b] = [before as Plain, after as Plain];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !skip.includes(name));
  return names.filter((name) => !same(a[name], b[name])).map((name) => ({ field: prefix + name, before: a[name], after: b[name] }));
}

function nodeFields(before: FlowNode, after: FlowNode): FieldChange[] {
  return [...fieldsOf(before, after, ['id', 'settings']), ...fieldsOf(before.settings ?? {}, after.settings ?? {}, [], 'settings.')];
}

function diffNodes(before: FlowDocument, after: FlowDocument): NodeChange[] {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const now = new Set(after.nodes.map((node) => node.id));
  const changes: NodeChange[] = [];
  for (const node of after.nodes) {
    const was = old.get(node.id);
    if (!was) changes.push({ id: node.id, node, how: 'added', fields: [] });
    else if (was !== node) {
      const fields = nodeFields(was, node);
      if (fields.length > 0) changes.push({ id: node.id, node, how: 'changed', fields });
    }
  }
  for (const node of before.nodes) if (!now.has(node.id)) changes.push({ id: node.id, node, how: 'removed', fields: [] });
  return changes;
}

const edgeMap = (document: FlowDocument) => new Map(document.edges.map((edge) => [`${edge.from} ${portOf(edge)}`, edge.to]));

function diffEdges(before: FlowDocument, after: FlowDocument): EdgeChange[] {
  const [old, now] = [edgeMap(before), edgeMap(after)];
  const keys = [...new Set([...now.keys(), ...old.keys()])];
  return keys.flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    if (was === is) return [];
    const [from = '', port = ''] = key.split(' ');
    return [{ how: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed', from, port, before: was, after: is } as const];
  });
}

function diffThings<T extends { name: string }>(before: readonly T[], after: readonly T[]): ThingChange[] {
  const old = new Map(before.map((one) => [one.name, one]));
  const now = new Map(after.map((one) => [one.name, one]));
  const out: ThingChange[] = [];
  for (const [name, one] of now) {
    const was = old.get(name);
    if (!was) out.push({ how: 'added', name, fields: [] });
    else if (!same(was, one)) out.push({ how: 'changed', name, fields: fieldsOf(was, one, ['name']) });
  }
  for (const name of old.keys()) if (!now.has(name)) out.push({ how: 'removed', name, fields: [] });
  return out;
}

export function diff(before: FlowDocument, after: FlowDocument): Difference {
  return {
    name: before.name === after.name ? null : { field: 'name', before: before.name, after: after.name },
    nodes: diffNodes(before, after),
    edges: diffEdges(before, after),
    variables: diffThings(before.variables ?? [], after.variables ?? []),
    tests: diffThings(before.tests ?? [], after.tests ?? []),
  };
}

export function isEmpty(difference: Difference): boolean {
  const { name, nodes, edges, variables, tests } = difference;
  return !name && nodes.length + edges.length + variables.length + tests.length === 0;
}
