// What an approval shows, part by part, and what becomes of it when somebody changes it. No React.
import type { ApprovalField } from '@qingniao/shared/approval';
import type { Json, JsonObject } from '../flows/model/document';

export interface Part {
  name: string;
  /** As people call it. */
  label: string;
  kind: 'text' | 'number' | 'boolean' | 'fixed';
  value: Json;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** In the order the flow names them, then as they stand; what is no simple value stays as it is. */
export function partsOf(payload: JsonObject, fields: readonly ApprovalField[], english: boolean): Part[] {
  const named = fields.map((field) => field.name).filter((name) => name in payload);
  const names = [...named, ...Object.keys(payload).filter((name) => !named.includes(name))];
  return names.map((name) => {
    const field = fields.find((one) => one.name === name);
    const value = payload[name] ?? null;
    const label = (english ? field?.en || field?.zh : field?.zh || field?.en) || name;
    return { name, label, kind: kindOf(field?.kind, value), value };
  });
}

function kindOf(said: string | undefined, value: Json): Part['kind'] {
  if (said === 'text' || said === 'number' || said === 'boolean' || said === 'fixed') return said;
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'text' : 'fixed';
}

export const draftOf = (value: Json): string => (value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** The payload as typed; null while something typed is no value of its kind. Undefined when nothing was changed. */
export function changed(payload: JsonObject, parts: readonly Part[], draft: Readonly<Record<string, string>>): JsonObject | null | undefined {
  const next: JsonObject = { ...payload };
  let differs = false;
  for (const part of parts) {
    const text = draft[part.name];
    if (text === undefined || part.kind === 'fixed' || text === draftOf(part.value)) continue;
    const number = Number(text);
    if (part.kind === 'number' && (text.trim() === '' || Number.isNaN(number))) return null;
    next[part.name] = part.kind === 'number' ? number : part.kind === 'boolean' ? text === 'true' : text;
    differs = true;
  }
  return differs ? next : undefined;
}
