// From the JSON Schema of a kind's settings to the fields of its form. What a text means (a template, an expression, the name of
// a variable) is read from `x-editor`, else from what the schema says about it.
import type { Json, Schema } from './document';

export type Control =
  | { is: 'text' | 'template' | 'expression' | 'variable' | 'duration' | 'integer' | 'number' | 'boolean' | 'json' | 'texts' | 'map' | 'flow' }
  | { is: 'choice'; values: string[] }
  | { is: 'rows'; fields: FormField[] };

export interface FormField {
  name: string;
  control: Control;
  required: boolean;
  /** The schema's own words, in English. */
  about: string;
  default: Json | undefined;
}

export function fieldsOf(schema: Schema): FormField[] {
  return objectFields(schema, schema.$defs ?? {});
}

function objectFields(schema: Schema, defs: Record<string, Schema>): FormField[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const resolved = resolve(property, defs);
    return {
      name,
      control: controlOf(name, resolved, defs),
      required: schema.required?.includes(name) ?? false,
      about: property.description ?? resolved.description ?? '',
      default: property.default ?? resolved.default,
    };
  });
}

/** Follows a reference, and takes the one real branch of "this or null". */
function resolve(schema: Schema, defs: Record<string, Schema>): Schema {
  if (schema.$ref) return { ...resolve(defs[schema.$ref.split('/').pop() ?? ''] ?? {}, defs), ...about(schema) };
  const branches = (schema.anyOf ?? []).filter((one) => one.type !== 'null');
  if (schema.anyOf && branches.length === 1 && branches[0]) return { ...resolve(branches[0], defs), ...about(schema) };
  return schema;
}

function about(schema: Schema): Partial<Schema> {
  return { ...(schema.description ? { description: schema.description } : {}), ...(schema.default !== undefined ? { default: schema.default } : {}) };
}

function typeOf(schema: Schema): string {
  const types = [schema.type].flat().filter((type) => type !== undefined && type !== 'null');
  return types.length === 1 ? (types[0] ?? '') : '';
}

function controlOf(name: string, schema: Schema, defs: Record<string, Schema>): Control {
  const values = choices(schema, defs);
  if (values) return { is: 'choice', values };
  switch (typeOf(schema)) {
    case 'string':
      return { is: textControl(name, schema) };
    case 'boolean':
      return { is: 'boolean' };
    case 'integer':
      return { is: name.endsWith('_ms') ? 'duration' : 'integer' };
    case 'number':
      return { is: 'number' };
    case 'array':
      return listControl(schema, defs);
    case 'object':
      return mapControl(schema, defs);
    default:
      return { is: 'json' };
  }
}

function listControl(schema: Schema, defs: Record<string, Schema>): Control {
  const item = resolve(schema.items ?? {}, defs);
  if (typeOf(item) === 'object' && item.properties) return { is: 'rows', fields: objectFields(item, defs) };
  return typeOf(item) === 'string' && !choices(item, defs) ? { is: 'texts' } : { is: 'json' };
}

function mapControl(schema: Schema, defs: Record<string, Schema>): Control {
  const values = typeof schema.additionalProperties === 'object' ? resolve(schema.additionalProperties, defs) : null;
  return values && typeOf(values) === 'string' ? { is: 'map' } : { is: 'json' };
}

function textControl(name: string, schema: Schema): 'text' | 'template' | 'expression' | 'variable' | 'flow' {
  const marked = (schema as { 'x-editor'?: string })['x-editor'];
  if (marked === 'expr' || marked === 'expression') return 'expression';
  if (marked === 'template' || marked === 'variable' || marked === 'flow') return marked;
  const words = schema.description ?? '';
  if (name === 'save' || name === 'variable' || /^Variable for/.test(words)) return 'variable';
  if (/\bCEL\b/.test(words)) return 'expression';
  if (/template/i.test(words)) return 'template';
  return name === 'flow' ? 'flow' : 'text';
}

/** The values of an enumeration, written as `enum` or as one `const` per branch. */
function choices(schema: Schema, defs: Record<string, Schema>): string[] | null {
  const isText = (value: unknown): value is string => typeof value === 'string';
  if (schema.enum) return schema.enum.filter(isText);
  const branches = (schema.oneOf ?? []).map((one) => resolve(one, defs));
  if (branches.length === 0) return null;
  const values = branches.flatMap((one) => (one.const !== undefined ? [one.const] : (one.enum ?? [])));
  return values.length >= branches.length && values.every(isText) ? (values as string[]) : null;
}
