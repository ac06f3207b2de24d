// Two people changed the same flow: puts both together piece by piece (a box, a way, a variable, a test, the name) against what
// they both began with. Only where both changed the same piece differently does a person have to choose.
import { same } from './diff';
import { portOf, type FlowDocument, type FlowEdge, type FlowNode, type FlowTest, type Variable } from './document';

export type Side = 'mine' | 'theirs';

export interface Conflict {
  /** `node:check`, `edge:check yes`, `variable:limit`, `test:…`, `name:`. */
  key: string;
  what: 'node' | 'edge' | 'variable' | 'test' | 'name';
  name: string;
  base: unknown;
  mine: unknown;
  theirs: unknown;
}

type Pieces = Map<string, unknown>;

function piecesOf(document: FlowDocument): Pieces {
  const pieces: Pieces = new Map([['name:', document.name]]);
  for (const node of document.nodes) pieces.set(`node:${node.id}`, node);
  for (const edge of document.edges) pieces.set(`edge:${edge.from} ${portOf(edge)}`, edge);
  for (const variable of document.variables ?? []) pieces.set(`variable:${variable.name}`, variable);
  for (const test of document.tests ?? []) pieces.set(`test:${test.name}`, test);
  return pieces;
}

export interface Merge {
  conflicts: Conflict[];
  /** What each side changed, for the summary: how many pieces. */
  mine: string[];
  theirs: string[];
}

export function findConflicts(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument): Merge {
  const [b, m, t] = [piecesOf(base), piecesOf(mine), piecesOf(theirs)];
  const out: Merge = { conflicts: [], mine: [], theirs: [] };
  for (const key of new Set([...b.keys(), ...m.keys(), ...t.keys()])) {
    const [was, my, their] = [b.get(key), m.get(key), t.get(key)];
    const [iDid, theyDid] = [!same(was, my), !same(was, their)];
    if (iDid) out.mine.push(key);
    if (theyDid) out.theirs.push(key);
    if (iDid && theyDid && !same(my, their)) {
      const at = key.indexOf(':');
      out.conflicts.push({ key, what: key.slice(0, at) as Conflict['what'], name: key.slice(at + 1), base: was, mine: my, theirs: their });
    }
  }
  return out;
}

/** Both together; `choices` says whose a conflicting piece is, mine where nothing is said. */
export function mergeDocuments(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument, choices: Readonly<Record<string, Side>>): FlowDocument {
  const [b, m, t] = [piecesOf(base), piecesOf(mine), piecesOf(theirs)];
  const conflicts = new Set(findConflicts(base, mine, theirs).conflicts.map((conflict) => conflict.key));
  const take = (key: string): unknown => {
    if (conflicts.has(key)) return (choices[key] ?? 'mine') === 'mine' ? m.get(key) : t.get(key);
    return same(b.get(key), m.get(key)) ? t.get(key) : m.get(key);
  };
  // Theirs come first in order, as they are on the server; what only mine has follows.
  const keys = [...new Set([...t.keys(), ...m.keys()])];
  const of = <T>(kind: string): T[] => keys.filter((key) => key.startsWith(kind)).map(take).filter((piece) => piece !== undefined) as T[];
  const nodes = of<FlowNode>('node:');
  const present = new Set(nodes.map((node) => node.id));
  const edges = of<FlowEdge>('edge:').filter((edge) => present.has(edge.from) && present.has(edge.to));
  const spots = { ...theirs.layout, ...mine.layout };
  const layout = Object.fromEntries(Object.entries(spots).filter(([id]) => present.has(id)));
  const [variables, tests] = [of<Variable>('variable:'), of<FlowTest>('test:')];
  return { ...theirs, name: take('name:') as string, nodes, edges, layout, variables, tests };
}
