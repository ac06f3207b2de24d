// An entity as the form holds it: one line for each form, value or example. Pure.
import type { EntityView, FoundBy } from '@qingniao/shared/api';
import { toRows } from './table';

export type By = FoundBy['by'];

export interface EntityDraft {
  name: string;
  label: string;
  by: By;
  /** What was typed for each way, so that looking at another loses nothing. */
  patterns: string;
  values: string;
  examples: string;
}

const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean);

const words = (text: string) => text.split(/[,，、]/).map((word) => word.trim()).filter(Boolean);

/** A heading above a column of synonyms. */
const HEAD = /^(同义词|别名|synonyms?|alias(es)?)$/i;

/**
 * What was typed, with a pasted table made lines of it: the first column is the value, the others its synonyms. A value that stands in
 * several rows, each with a synonym, becomes one line.
 */
export function valueLines(typed: string): string {
  if (!typed.includes('\t')) return typed;
  const values = new Map<string, string[]>();
  toRows(typed).forEach((cells, at) => {
    if (at === 0 && HEAD.test(cells[1] ?? '')) return;
    const [value = '', ...synonyms] = cells.flatMap(words);
    if (value === '') return;
    const known = values.get(value) ?? [];
    values.set(value, [...known, ...synonyms.filter((one) => one !== value && !known.includes(one))]);
  });
  return [...values].map(([value, synonyms]) => [value, ...synonyms].join(', ')).join('\n');
}

export function toDraft(entity: EntityView | null): EntityDraft {
  const found = entity?.found_by;
  return {
    name: entity?.name ?? '',
    label: entity?.label ?? '',
    by: found?.by ?? 'patterns',
    patterns: found?.by === 'patterns' ? found.patterns.join('\n') : '',
    values: found?.by === 'values' ? found.values.map((one) => [one.value, ...one.synonyms].join(', ')).join('\n') : '',
    examples: found?.by === 'examples' ? found.examples.join('\n') : '',
  };
}

export function foundBy(draft: EntityDraft): FoundBy {
  if (draft.by === 'patterns') return { by: 'patterns', patterns: lines(draft.patterns) };
  if (draft.by === 'examples') return { by: 'examples', examples: lines(draft.examples) };
  const values = lines(draft.values).map((line) => {
    const [value = '', ...synonyms] = words(line);
    return { value, synonyms };
  });
  return { by: 'values', values: values.filter((one) => one.value !== '') };
}

export function toBody(draft: EntityDraft) {
  return { name: draft.name.trim(), label: draft.label.trim() || draft.name.trim(), found_by: foundBy(draft) };
}

export function isName(name: string): boolean {
  return /^[a-z][a-z0-9_]{0,39}$/.test(name);
}

export function countOf(found: FoundBy): number {
  return found.by === 'patterns' ? found.patterns.length : found.by === 'values' ? found.values.length : found.examples.length;
}
