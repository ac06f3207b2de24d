// A kind of ticket as it is edited.
import type { TicketFieldView, TicketKindView } from '@qingniao/shared/ticket';

export interface KindDraft {
  id: string;
  name_zh: string;
  name_en: string;
  /** Hours until it is due, as typed; empty for never. */
  hours: string;
  fields: FieldDraft[];
}

export interface FieldDraft {
  name: string;
  zh: string;
  en: string;
  kind: TicketFieldView['kind'];
  required: boolean;
  /** One a line. */
  choices: string;
}

const HOUR_MS = 3_600_000;

export function toDraft(kind: TicketKindView | null): KindDraft {
  const fields = (kind?.fields ?? []).map((field) => ({ ...field, choices: field.choices.join('\n') }));
  return { id: kind?.id ?? '', name_zh: kind?.name_zh ?? '', name_en: kind?.name_en ?? '', hours: kind?.due_ms ? String(kind.due_ms / HOUR_MS) : '', fields };
}

export const newField = (): FieldDraft => ({ name: '', zh: '', en: '', kind: 'text', required: false, choices: '' });

export function toBody(draft: KindDraft, version: number): Record<string, unknown> {
  const hours = Number(draft.hours);
  const fields = draft.fields.map((field) => ({ ...field, zh: field.zh.trim(), en: field.en.trim() || field.zh.trim(), choices: field.kind === 'choice' ? choicesOf(field) : [] }));
  return { name_zh: draft.name_zh.trim(), name_en: draft.name_en.trim() || draft.name_zh.trim(), due_ms: draft.hours.trim() === '' ? null : Math.round(hours * HOUR_MS), fields, version };
}

export const choicesOf = (field: FieldDraft): string[] => [...new Set(field.choices.split('\n').map((line) => line.trim()).filter(Boolean))];

export const isId = (id: string): boolean => /^[A-Za-z0-9_-]{1,40}$/.test(id);

export const isDue = (hours: string): boolean => hours.trim() === '' || Number(hours) > 0;

/** Which part of a field is wrong; null if none is. */
export function wrongOf(field: FieldDraft, all: readonly FieldDraft[]): 'name' | 'title' | 'choices' | null {
  const isNamed = /^[A-Za-z0-9_]{1,40}$/.test(field.name) && all.filter((one) => one.name === field.name).length === 1;
  if (!isNamed) return 'name';
  if (field.zh.trim() === '') return 'title';
  return field.kind === 'choice' && choicesOf(field).length === 0 ? 'choices' : null;
}
