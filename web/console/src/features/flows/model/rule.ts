// A rule is a small flow: what starts it, conditions, and deeds one after the other. Written as a document like any other, and read
// back from one that still has this shape; the flow engine knows nothing of rules.
import { GAP_X } from './edit';
import { NEXT, portOf, type FlowDocument, type FlowNode, type JsonObject } from './document';

/** Rules are told from other flows by their ids. */
export const RULE = 'rule_';
export const isRule = (id: string): boolean => id.startsWith(RULE);

export const OPS = ['is', 'is_not', 'contains', 'begins', 'more', 'less', 'present', 'absent'] as const;
export type Op = (typeof OPS)[number];

export interface Condition {
  /** What is looked at: `context.message.text`, `context.event.status`, … */
  field: string;
  op: Op;
  value: string;
}

export interface Rule {
  name: string;
  /** Settings of the start. */
  start: JsonObject;
  match: 'all' | 'any';
  conditions: Condition[];
  actions: FlowNode[];
}

const FIELD = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/;
export const isField = (text: string): boolean => FIELD.test(text);
export const needsValue = (op: Op): boolean => op !== 'present' && op !== 'absent';

const WHEN = 'when';
const [START, END] = ['start', 'end'];

/** A number where it looks like one. */
const literal = (value: string): string => (value.trim() !== '' && !Number.isNaN(Number(value)) ? String(Number(value)) : value === 'true' || value === 'false' ? value : JSON.stringify(value));

/** What is not there is not known: it fits nothing but "absent". */
function celOf({ field, op, value }: Condition): string {
  const known = `has(${field}) && ${field} != null`;
  switch (op) {
    case 'is':
      return `${known} && ${field} == ${literal(value)}`;
    case 'is_not':
      return `${known} && ${field} != ${literal(value)}`;
    case 'contains':
      return `${known} && string(${field}).contains(${JSON.stringify(value)})`;
    case 'begins':
      return `${known} && string(${field}).startsWith(${JSON.stringify(value)})`;
    case 'more':
      return `${known} && double(${field}) > ${Number(value)}.0`.replace(/(\.\d+)\.0$/, '$1');
    case 'less':
      return `${known} && double(${field}) < ${Number(value)}.0`.replace(/(\.\d+)\.0$/, '$1');
    case 'present':
      return `${known} && ${field} != ""`;
    default:
      return `!(${known} && ${field} != "")`;
  }
}

export const expressionOf = (rule: Pick<Rule, 'conditions' | 'match'>): string => rule.conditions.map((one) => `(${celOf(one)})`).join(rule.match === 'all' ? ' && ' : ' || ');

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const known = String.raw`has\((\S+)\) && \1 != null && `;
const pattern = (rest: string) => new RegExp(`^${known}${rest}$`, 's');
const PATTERNS: readonly [Op, RegExp][] = [
  ['present', pattern(String.raw`\1 != ""`)],
  ['absent', new RegExp(String.raw`^!\(${known}\1 != ""\)$`)],
  ['contains', pattern(String.raw`string\(\1\)\.contains\((${TEXT})\)`)],
  ['begins', pattern(String.raw`string\(\1\)\.startsWith\((${TEXT})\)`)],
  ['more', pattern(String.raw`double\(\1\) > ([-\d.e+]+)`)],
  ['less', pattern(String.raw`double\(\1\) < ([-\d.e+]+)`)],
  ['is', pattern(String.raw`\1 == (${TEXT}|[-\w.+]+)`)],
  ['is_not', pattern(String.raw`\1 != (${TEXT}|[-\w.+]+)`)],
];

function readCondition(text: string): Condition | null {
  for (const [op, pattern] of PATTERNS) {
    const found = pattern.exec(text);
    if (!found) continue;
    const field = found[1] ?? '';
    return isField(field) ? { field, op, value: plain(found[2] ?? '') } : null;
  }
  return null;
}

function plain(written: string): string {
  if (!written.startsWith('"')) return written === '' ? '' : Number.isNaN(Number(written)) ? written : String(Number(written));
  try {
    return String(JSON.parse(written));
  } catch {
    return written;
  }
}

function readConditions(when: string): Pick<Rule, 'conditions' | 'match'> | null {
  if (!when.startsWith('(') || !when.endsWith(')')) return null;
  for (const [match, join] of [['all', ') && ('], ['any', ') || (']] as const) {
    const parts = split(when.slice(1, -1), join).map(readCondition);
    if (parts.every((part) => part !== null)) return { match, conditions: parts };
  }
  return null;
}

/** At the joins that stand in no text. */
function split(text: string, join: string): string[] {
  const parts: string[] = [];
  let [from, inText] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    if (inText && text[at] === '\\') at += 1;
    else if (text[at] === '"') inText = !inText;
    else if (!inText && text.startsWith(join, at)) {
      parts.push(text.slice(from, at));
      from = at + join.length;
    }
  }
  return [...parts, text.slice(from)];
}

export const newRule = (name: string): Rule => ({ name, start: { trigger: 'message', phrases: [] }, match: 'all', conditions: [], actions: [] });

/** The flow of a rule. Ways out that only some deeds have lead to the end, so that one that cannot be done stops nothing else. */
export function documentOf(id: string, rule: Rule, portsOf: (node: FlowNode) => readonly string[]): FlowDocument {
  const conditions = rule.conditions.length > 0;
  const chain = [START, ...(conditions ? [WHEN] : []), ...rule.actions.map((node) => node.id), END];
  const when: FlowNode[] = conditions ? [{ id: WHEN, kind: 'choose', settings: { when: expressionOf(rule) } }] : [];
  const edges = [];
  for (const [index, from] of chain.slice(0, -1).entries()) {
    const to = chain[index + 1] ?? END;
    const node = rule.actions.find((one) => one.id === from);
    const ports = from === WHEN ? ['yes'] : node ? portsOf(node) : [NEXT];
    for (const port of ports.length > 0 ? ports : [NEXT]) edges.push(port === NEXT ? { from, to } : { from, port, to });
    if (from === WHEN) edges.push({ from, port: 'no', to: END });
  }
  return {
    format: 1,
    id,
    name: rule.name,
    nodes: [{ id: START, kind: 'start', settings: rule.start }, ...when, ...rule.actions, { id: END, kind: 'end', settings: {} }],
    edges,
    layout: Object.fromEntries(chain.map((one, index) => [one, { x: index * GAP_X, y: 0 }])),
  };
}

/** Null when the document has become more than a rule. */
export function ruleOf(document: FlowDocument): Rule | null {
  const start = document.nodes.find((node) => node.kind === 'start');
  if (!start) return null;
  const ends = new Set(document.nodes.filter((node) => node.kind === 'end').map((node) => node.id));
  const targets = (id: string) => document.edges.filter((edge) => edge.from === id);
  const rule: Rule = { ...newRule(document.name), start: start.settings ?? {} };
  let at = targets(start.id).find((edge) => portOf(edge) === NEXT)?.to;
  const first = document.nodes.find((node) => node.id === at);
  if (first?.kind === 'choose') {
    const read = readConditions(typeof first.settings?.when === 'string' ? first.settings.when : '');
    const no = targets(first.id).find((edge) => portOf(edge) === 'no')?.to;
    if (!read || no === undefined || !ends.has(no)) return null;
    Object.assign(rule, read);
    at = targets(first.id).find((edge) => portOf(edge) === 'yes')?.to;
  }
  const seen = new Set<string>();
  while (at !== undefined && !ends.has(at)) {
    const node = document.nodes.find((one) => one.id === at);
    const next = new Set(targets(at).map((edge) => edge.to));
    if (!node || seen.has(at) || next.size !== 1) return null;
    seen.add(at);
    rule.actions.push(node);
    [at] = next;
  }
  const known = 1 + ends.size + rule.actions.length + (first?.kind === 'choose' ? 1 : 0);
  return known === document.nodes.length ? rule : null;
}
