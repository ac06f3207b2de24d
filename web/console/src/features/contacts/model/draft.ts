// A contact as the form holds it; attributes as rows that keep their type while they are typed.
import type { AttributeValue, ContactView, Language } from '@qingniao/shared/api';

export type AttributeType = 'text' | 'number' | 'boolean';

export interface AttributeRow {
  name: string;
  type: AttributeType;
  value: string;
}

export interface ContactDraft {
  name: string;
  email: string;
  phone: string;
  language: Language | '';
  blocked: boolean;
  attributes: AttributeRow[];
}

function toRow([name, value]: [string, AttributeValue]): AttributeRow {
  if (typeof value === 'number') return { name, type: 'number', value: String(value) };
  if (typeof value === 'boolean') return { name, type: 'boolean', value: String(value) };
  return { name, type: 'text', value: value ?? '' };
}

export function toDraft(contact: ContactView | null): ContactDraft {
  return {
    name: contact?.name ?? '',
    email: contact?.email ?? '',
    phone: contact?.phone ?? '',
    language: contact?.language ?? '',
    blocked: contact?.blocked ?? false,
    attributes: Object.entries(contact?.attributes ?? {}).map(toRow),
  };
}

function fromRow(row: AttributeRow): AttributeValue {
  if (row.type === 'number') return Number(row.value);
  return row.type === 'boolean' ? row.value === 'true' : row.value;
}

/** Only what differs, so that a colleague's change of another field is not undone. */
export function toBody(draft: ContactDraft, base: ContactView | null): Record<string, unknown> {
  const whole: Record<string, unknown> = {
    name: draft.name.trim(),
    email: draft.email.trim() || null,
    phone: draft.phone.trim() || null,
    language: draft.language || null,
    attributes: Object.fromEntries(draft.attributes.map((row) => [row.name.trim(), fromRow(row)])),
  };
  if (!base) return Object.fromEntries(Object.entries(whole).filter(([key, value]) => value !== null && value !== '' && key !== 'attributes'));
  whole.blocked = draft.blocked;
  const before = base as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.entries(whole).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])));
}

export interface ContactProblems {
  email: boolean;
  names: boolean;
  /** Indices of rows whose number is none. */
  numbers: number[];
}

export function problemsOf(draft: ContactDraft): ContactProblems {
  const names = draft.attributes.map((row) => row.name.trim());
  const email = draft.email.trim();
  return {
    email: email !== '' && !/^[^\s@]+@[^\s@]+$/.test(email),
    names: names.some((name) => !name) || new Set(names).size !== names.length,
    numbers: draft.attributes.flatMap((row, index) =>
      row.type === 'number' && (row.value.trim() === '' || !Number.isFinite(Number(row.value))) ? [index] : [],
    ),
  };
}

export function isSound(problems: ContactProblems): boolean {
  return !problems.email && !problems.names && problems.numbers.length === 0;
}
