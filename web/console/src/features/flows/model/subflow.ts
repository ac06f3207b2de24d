// Steps made into a flow of their own, with one step in their place that calls it; and such a step opened up again. Pure: the new flow
// is published by whoever asks.
import { GAP_X, freshId } from './edit';
import { NEXT, portOf, type FlowDocument, type FlowEdge, type FlowNode, type Json, type JsonObject, type Kind, type Variable } from './document';

export interface Collapsed {
  /** The new flow; its id is the server's to give. */
  inner: FlowDocument;
  /** The flow with the call in place, once the version is known. */
  outer: (hash: string, name: string) => { document: FlowDocument; id: string };
}

export type Refusal = { why: 'start' } | { why: 'entry' | 'exit'; n: number };

/** The chosen steps, if they have one way in and at most one way out. */
export function collapse(document: FlowDocument, ids: readonly string[], kinds: ReadonlyMap<string, Kind>): Collapsed | Refusal {
  const chosen = new Set(ids);
  const nodes = document.nodes.filter((node) => chosen.has(node.id));
  if (nodes.some((node) => node.kind === 'start' || node.kind === 'end')) return { why: 'start' };
  const entering = document.edges.filter((edge) => !chosen.has(edge.from) && chosen.has(edge.to));
  const leaving = document.edges.filter((edge) => chosen.has(edge.from) && !chosen.has(edge.to));
  const [entries, exits] = [new Set(entering.map((edge) => edge.to)), new Set(leaving.map((edge) => edge.to))];
  const [entry] = entries;
  if (entry === undefined || entries.size !== 1) return { why: 'entry', n: entries.size };
  if (exits.size > 1) return { why: 'exit', n: exits.size };
  const [exit] = exits;
  const text = JSON.stringify(nodes);
  const variables = (document.variables ?? []).filter((variable) => mentions(text, variable.name));
  const given = kept(document, nodes, variables, kinds);
  const passed = variables.filter((variable) => isBound(document, chosen, variable, kinds));
  return {
    inner: innerOf(document, nodes, { entry, leaving, variables, passed, given }),
    outer: (hash, name) => outerOf(document, chosen, { hash, name, exit, passed, given }),
  };
}

const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

/** Whether it can have a value before the steps begin: nothing else may be read there. */
function isBound(document: FlowDocument, chosen: ReadonlySet<string>, variable: Variable, kinds: ReadonlyMap<string, Kind>): boolean {
  if (variable.input || (variable.default !== undefined && variable.default !== null) || (variable.scope ?? 'run') !== 'run') return true;
  return document.nodes.some((node) => !chosen.has(node.id) && setBy(node.settings ?? {}, kinds.get(node.kind)?.settings).has(variable.name));
}

/** What is set inside and named outside. */
function kept(document: FlowDocument, nodes: readonly FlowNode[], variables: readonly Variable[], kinds: ReadonlyMap<string, Kind>): Variable[] {
  const set = new Set(nodes.flatMap((node) => [...setBy(node.settings ?? {}, kinds.get(node.kind)?.settings)]));
  const others = JSON.stringify(document.nodes.filter((node) => !nodes.includes(node)));
  return variables.filter((variable) => set.has(variable.name) && mentions(others, variable.name));
}

/** Names in settings that the registry calls variables. */
function setBy(value: Json | undefined, schema: Kind['settings'] | undefined): Set<string> {
  const out = new Set<string>();
  const look = (one: Json | undefined, of: Kind['settings'] | undefined) => {
    if (!of || one === undefined || one === null) return;
    if (of['x-qn']?.widget === 'variable' && typeof one === 'string') out.add(one);
    else if (Array.isArray(one)) one.forEach((item) => look(item, of.items));
    else if (typeof one === 'object') for (const [name, part] of Object.entries(one)) look(part, of.properties?.[name]);
  };
  look(value, schema);
  return out;
}

interface Inner {
  entry: string;
  leaving: readonly FlowEdge[];
  variables: readonly Variable[];
  /** Those of them that are given at the call. */
  passed: readonly Variable[];
  given: readonly Variable[];
}

function innerOf(document: FlowDocument, nodes: readonly FlowNode[], { entry, leaving, variables, passed, given }: Inner): FlowDocument {
  const inside = new Set(nodes.map((node) => node.id));
  const spots = nodes.map((node) => document.layout?.[node.id] ?? { x: 0, y: 0 });
  const [left, top, right] = [Math.min(...spots.map((spot) => spot.x)), Math.min(...spots.map((spot) => spot.y)), Math.max(...spots.map((spot) => spot.x))];
  const [start, end] = [freeName(inside, 'start'), freeName(inside, 'end')];
  const output: JsonObject = Object.fromEntries(given.map((variable) => [variable.name, `{{ ${variable.name} }}`]));
  const first: FlowNode = { id: start, kind: 'start', settings: { trigger: 'api' } };
  const last: FlowNode = { id: end, kind: 'end', settings: given.length > 0 ? { output } : {} };
  const layout = Object.fromEntries(nodes.map((node, index) => [node.id, { x: (spots[index]?.x ?? left) - left + GAP_X, y: (spots[index]?.y ?? top) - top }]));
  return {
    format: document.format,
    id: '',
    name: document.name,
    variables: variables.map((variable) => ({ name: variable.name, type: variable.type, ...(passed.includes(variable) ? { input: true } : {}) })),
    nodes: [first, ...nodes, last],
    edges: [
      { from: start, to: entry },
      ...document.edges.filter((edge) => inside.has(edge.from) && inside.has(edge.to)),
      ...leaving.map((edge) => ({ ...edge, to: end })),
    ],
    layout: { ...layout, [start]: { x: 0, y: 0 }, [end]: { x: right - left + 2 * GAP_X, y: 0 } },
  };
}

function freeName(taken: ReadonlySet<string>, base: string): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? base : `${base}_${n}`;
    if (!taken.has(name)) return name;
  }
}

interface Outer {
  hash: string;
  name: string;
  exit: string | undefined;
  passed: readonly Variable[];
  given: readonly Variable[];
}

function outerOf(document: FlowDocument, chosen: ReadonlySet<string>, { hash, name, exit, passed, given }: Outer): { document: FlowDocument; id: string } {
  const rest: FlowDocument = { ...document, nodes: document.nodes.filter((node) => !chosen.has(node.id)) };
  const id = freshId(rest, 'sub_flow');
  const inputs: JsonObject = Object.fromEntries(passed.map((variable) => [variable.name, `{{ ${variable.name} }}`]));
  const result = given.length > 0 ? freeName(new Set((document.variables ?? []).map((variable) => variable.name)), 'result') : null;
  const call: FlowNode = { id, kind: 'sub_flow', title: name, settings: { flow: hash, inputs, ...(result ? { save: result } : {}) } };
  const back = freshId({ ...rest, nodes: [...rest.nodes, call] }, 'set');
  const set: FlowNode = { id: back, kind: 'set', settings: { set: given.map((variable) => ({ variable: variable.name, value: `${result}.${variable.name}` })) } };
  const onward: FlowEdge[] = [...(result ? [{ from: id, to: back }] : []), ...(exit === undefined ? [] : [{ from: result ? back : id, to: exit }])];
  const place = placeOf(document, chosen);
  const { layout: _old, ...plain } = rest;
  const layout = Object.fromEntries(Object.entries(document.layout ?? {}).filter(([one]) => !chosen.has(one)));
  const edges = document.edges.flatMap((edge) => (chosen.has(edge.from) ? [] : chosen.has(edge.to) ? [{ ...edge, to: id }] : [edge]));
  return {
    id,
    document: {
      ...plain,
      nodes: [...rest.nodes, call, ...(result ? [set] : [])],
      edges: [...edges, ...onward],
      layout: { ...layout, [id]: place, ...(result ? { [back]: { x: place.x + GAP_X, y: place.y } } : {}) },
      ...(result ? { variables: [...(document.variables ?? []), { name: result, type: 'object' as const }] } : {}),
    },
  };
}

function placeOf(document: FlowDocument, chosen: ReadonlySet<string>) {
  const spots = [...chosen].map((id) => document.layout?.[id] ?? { x: 0, y: 0 });
  return { x: Math.min(...spots.map((spot) => spot.x)), y: Math.min(...spots.map((spot) => spot.y)) };
}

/** The steps of the called version in place of the call. Null when a name of the sub-flow means something else here. */
export function expand(document: FlowDocument, id: string, inner: FlowDocument): { document: FlowDocument; ids: string[] } | null {
  const call = document.nodes.find((node) => node.id === id);
  const start = inner.nodes.find((node) => node.kind === 'start');
  if (!call || !start) return null;
  const inputs = (call.settings?.inputs ?? {}) as JsonObject;
  const known = new Map((document.variables ?? []).map((variable) => [variable.name, variable]));
  const own = inner.variables ?? [];
  const isItself = (name: string) => !(name in inputs) || cel(inputs[name] ?? null) === name;
  if (own.some((variable) => known.has(variable.name) && !isItself(variable.name))) return null;
  const builder = new Builder(document, id);
  const names = new Map<string, string>();
  const onward = document.edges.find((edge) => edge.from === id && portOf(edge) === NEXT)?.to;
  const save = typeof call.settings?.save === 'string' ? call.settings.save : null;
  for (const node of inner.nodes) {
    if (node.kind === 'start') continue;
    const isEnd = node.kind === 'end' && !node.settings?.failed;
    if (!isEnd) names.set(node.id, builder.add(node, inner.layout?.[node.id]));
    else if (save) names.set(node.id, builder.add({ id: 'set', kind: 'set', settings: { set: [{ variable: save, value: cel(node.settings?.output ?? null) }] } }, inner.layout?.[node.id]));
    if (isEnd && save && onward !== undefined) builder.edges.push({ from: names.get(node.id) ?? '', to: onward });
  }
  const given = own.filter((variable) => variable.name in inputs && !isItself(variable.name));
  const first = given.length > 0 ? builder.add({ id: 'set', kind: 'set', settings: { set: given.map((variable) => ({ variable: variable.name, value: cel(inputs[variable.name] ?? null) })) } }, { x: 0, y: 0 }) : null;
  const targetOf = (to: string) => names.get(to) ?? onward;
  let entry = first ?? undefined;
  for (const edge of inner.edges) {
    const to = targetOf(edge.to);
    if (to === undefined) continue;
    if (edge.from !== start.id) builder.edges.push({ ...edge, from: names.get(edge.from) ?? edge.from, to });
    else if (first) builder.edges.push({ from: first, to });
    else entry = to;
  }
  const added = own.filter((variable) => !known.has(variable.name)).map(({ name, type }): Variable => ({ name, type }));
  return builder.finish(entry, added);
}

class Builder {
  readonly ids: string[] = [];
  readonly edges: FlowEdge[] = [];
  private next: FlowDocument;

  constructor(
    private readonly before: FlowDocument,
    private readonly call: string,
  ) {
    this.next = before;
  }

  add(node: FlowNode, spot: { x: number; y: number } | undefined): string {
    const taken = this.next.nodes.some((one) => one.id === node.id);
    const id = taken ? freshId(this.next, node.kind) : node.id;
    const origin = this.before.layout?.[this.call] ?? { x: 0, y: 0 };
    const at = { x: origin.x + (spot?.x ?? 0), y: origin.y + (spot?.y ?? 0) };
    this.next = { ...this.next, nodes: [...this.next.nodes, { ...node, id }], layout: { ...this.next.layout, [id]: at } };
    this.ids.push(id);
    return id;
  }

  finish(entry: string | undefined, added: readonly Variable[]): { document: FlowDocument; ids: string[] } {
    const { [this.call]: _gone, ...layout } = this.next.layout ?? {};
    const edges = this.before.edges.flatMap((edge) => (edge.from === this.call ? [] : edge.to !== this.call ? [edge] : entry === undefined ? [] : [{ ...edge, to: entry }]));
    const variables = [...(this.before.variables ?? []), ...added];
    const nodes = this.next.nodes.filter((node) => node.id !== this.call);
    return { document: { ...this.next, nodes, edges: [...edges, ...this.edges], layout, variables }, ids: this.ids };
  }
}

/** A value with templates in it, as an expression. */
export function cel(value: Json): string {
  if (typeof value === 'string') {
    const whole = /^\{\{([^{}]*)\}\}$/.exec(value.trim());
    if (whole) return (whole[1] ?? '').trim();
    const parts = value.split(/\{\{(.*?)\}\}/);
    if (parts.length === 1) return JSON.stringify(value);
    return parts.flatMap((part, index) => (index % 2 === 1 ? [`string(${part.trim()})`] : part === '' ? [] : [JSON.stringify(part)])).join(' + ');
  }
  if (Array.isArray(value)) return `[${value.map(cel).join(', ')}]`;
  if (value !== null && typeof value === 'object') return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${cel(one)}`).join(', ')}}`;
  return JSON.stringify(value);
}
