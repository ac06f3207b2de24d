// Forms out of the JSON Schema of a channel's settings: the small subset that channels use.
import type { Language } from '@qingniao/shared/api';

export type Settings = Record<string, unknown>;

export interface SchemaField {
  name: string;
  kind: 'text' | 'secret' | 'choice' | 'number' | 'switch';
  title: string;
  hint: string;
  required: boolean;
  choices: string[];
  placeholder: string;
  max: number;
  value: unknown;
}

interface Property {
  type?: string;
  enum?: string[];
  default?: unknown;
  maxLength?: number;
  'x-secret'?: boolean;
  'x-i18n'?: Partial<Record<Language, { title: string; description: string }>>;
}

const TEXT_MAX = 2000;

/** Title and description of a whole channel. */
export function wordsOf(schema: Record<string, unknown>, language: Language): { title: string; description: string } {
  const words = (schema as Property)['x-i18n']?.[language];
  return words ?? { title: '', description: '' };
}

/** In the schema's order; what must be filled in comes first. */
export function fieldsOf(schema: Record<string, unknown>, language: Language): SchemaField[] {
  const properties = (schema.properties ?? {}) as Record<string, Property>;
  const required = new Set((schema.required ?? []) as string[]);
  const fields = Object.entries(properties).map(([name, property]): SchemaField => {
    const words = property['x-i18n']?.[language];
    return {
      name,
      kind: kindOf(property),
      title: words?.title ?? name,
      hint: words?.description ?? '',
      required: required.has(name),
      choices: property.enum ?? [],
      placeholder: ['string', 'number'].includes(typeof property.default) ? String(property.default) : '',
      max: property.maxLength ?? TEXT_MAX,
      value: property.default,
    };
  });
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

function kindOf(property: Property): SchemaField['kind'] {
  if (property['x-secret']) return 'secret';
  if (property.enum) return 'choice';
  if (property.type === 'integer') return 'number';
  return property.type === 'boolean' ? 'switch' : 'text';
}

/** What is sent: texts without spaces at their ends, and nothing for what is empty. A secret that is not sent stays. */
export function cleaned(settings: Settings): Settings {
  const entries = Object.entries(settings).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== '' && value !== undefined && value !== null));
}

/** Required fields that are neither filled in nor kept. */
export function missing(fields: readonly SchemaField[], settings: Settings, kept: readonly string[]): string[] {
  const given = cleaned(settings);
  return fields.filter((field) => field.required && given[field.name] === undefined && !kept.includes(field.name)).map((field) => field.name);
}
