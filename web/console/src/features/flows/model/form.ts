// From the JSON Schema of a kind's settings to the fields of its form. The registry says with `x-qn` what to edit a setting with;
// where it says nothing, the schema's type decides.
import type { Json, Option, Schema, XQn } from './document';

export type Simple =
  | 'text' | 'paragraph' | 'template' | 'expression' | 'variable' | 'duration' | 'number' | 'toggle' | 'json' | 'texts' | 'map'
  | 'flow' | 'intents' | 'approver' | 'team' | 'connector' | 'operation' | 'secret' | 'ticket_kind' | 'event' | 'calendar' | 'receiver' | 'mailbox' | 'picture' | 'time_zone' | 'script';

export type Control = { is: Simple } | { is: 'choice'; options: Option[] } | { is: 'rows' | 'group'; fields: FormField[] };

export interface FormField {
  name: string;
  control: Control;
  required: boolean;
  words: XQn | undefined;
  default: Json | undefined;
}

/** The schema's own order is that of the alphabet: what a step is about comes first, where its result goes last. */
const ORDER = [
  'via', 'to', 'name', 'trigger', 'event', 'phrases', 'intents', 'cron', 'time_zone', 'alarm', 'severity', 'severities', 'labels', 'resolved', 'form_for', 'form_title', 'form_title_en', 'form_text', 'form_text_en', 'form_thanks', 'form_thanks_en', 'text', 'question', 'again', 'buttons', 'choices', 'choices_from', 'only_choices',
  'known', 'valid', 'tries', 'port', 'variable', 'value', 'when', 'cases', 'set', 'each', 'while', 'item', 'max', 'branches', 'for_ms', 'until', 'business', 'calendar', 'who', 'also', 'also_after', 'title',
  'payload', 'connector', 'operation', 'input', 'method', 'url', 'body', 'headers', 'kind', 'secret', 'header', 'auth',
];
const LAST = ['take', 'save'];

function place(name: string): number {
  if (LAST.includes(name)) return 1_000 + LAST.indexOf(name);
  return ORDER.includes(name) ? ORDER.indexOf(name) : 500;
}

export function fieldsOf(schema: Schema): FormField[] {
  const properties = Object.entries(schema.properties ?? {}).sort(([a], [b]) => place(a) - place(b));
  return properties.map(([name, property]) => {
    const real = withoutNull(property);
    return {
      name,
      control: controlOf(name, real),
      required: schema.required?.includes(name) ?? false,
      words: property['x-qn'],
      default: property.default ?? real.default,
    };
  });
}

/** The one real branch of "this or null", with what stands around it. */
function withoutNull(schema: Schema): Schema {
  const branches = (schema.anyOf ?? []).filter((one) => one.type !== 'null');
  const only = branches.length === 1 ? branches[0] : undefined;
  return only ? { ...only, ...schema, type: only.type ?? schema.type ?? '', properties: only.properties ?? {} } : schema;
}

const WIDGETS: Record<string, Simple> = {
  template: 'template',
  template_list: 'texts',
  labels: 'texts',
  phrases: 'texts',
  expression: 'expression',
  condition: 'expression',
  variable: 'variable',
  duration: 'duration',
  flow: 'flow',
  intents: 'intents',
  connector: 'connector',
  operation: 'operation',
  secret: 'secret',
  ticket_kind: 'ticket_kind',
  event: 'event',
  calendar: 'calendar',
  receiver: 'receiver',
  mailbox: 'mailbox',
  picture: 'picture',
  assignee: 'template',
  approver: 'approver',
  team: 'team',
  cron: 'text',
  time_zone: 'time_zone',
  text: 'text',
  paragraph: 'paragraph',
  number: 'number',
  toggle: 'toggle',
  map: 'map',
  json: 'json',
  script: 'script',
};

function controlOf(name: string, schema: Schema): Control {
  const words = schema['x-qn'];
  const options = words?.options ?? enumeration(schema);
  if (options && (words?.widget ?? 'choices') === 'choices') return { is: 'choice', options };
  const rows = rowsOf(schema);
  if (rows) return { is: 'rows', fields: rows };
  if (typeOf(schema) === 'object' && Object.keys(schema.properties ?? {}).length > 0) return { is: 'group', fields: fieldsOf(schema) };
  return { is: (words && WIDGETS[words.widget]) ?? byType(name, schema) };
}

function typeOf(schema: Schema): string {
  const types = [schema.type].flat().filter((type) => type !== undefined && type !== 'null' && type !== '');
  return types.length === 1 ? (types[0] ?? '') : '';
}

function byType(name: string, schema: Schema): Simple {
  switch (typeOf(schema)) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'toggle';
    case 'integer':
      return name.endsWith('_ms') ? 'duration' : 'number';
    case 'number':
      return 'number';
    case 'array':
      return typeOf(schema.items ?? {}) === 'string' ? 'texts' : 'json';
    default:
      return 'json';
  }
}

/** A list of objects is edited row by row. */
function rowsOf(schema: Schema): FormField[] | null {
  const item = schema.items;
  if (typeOf(schema) !== 'array' || !item || Object.keys(item.properties ?? {}).length === 0) return null;
  return fieldsOf(item);
}

/** The values of an enumeration, written as `enum` or as one `const` per branch. */
function enumeration(schema: Schema): Option[] | null {
  const values = schema.enum ?? (schema.oneOf ?? []).flatMap((one) => (one.const !== undefined ? [one.const] : (one.enum ?? [])));
  const texts = values.filter((value): value is string => typeof value === 'string');
  return texts.length > 0 ? texts.map((value) => ({ value, zh: value, en: value })) : null;
}

const OF_ALARMS = ['alarm', 'severity', 'severities', 'labels', 'resolved'];

/** Of a start only what belongs to its trigger is asked; anything else always. */
export function isAsked(kind: string, field: string, settings: { trigger?: Json } | undefined): boolean {
  if (kind !== 'start') return true;
  const trigger = settings?.trigger ?? 'api';
  if (field === 'phrases' || field === 'intents') return trigger === 'message';
  if (field === 'cron' || field === 'time_zone') return trigger === 'schedule';
  if (field === 'event') return trigger === 'event';
  if (OF_ALARMS.includes(field)) return trigger === 'alarm';
  if (field.startsWith('form_')) return trigger === 'form';
  return true;
}
