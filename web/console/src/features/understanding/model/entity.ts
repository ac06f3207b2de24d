// An entity as the form holds it: one line for each form, value or example. Pure.
import type { EntityView, FoundBy } from '@qingniao/shared/api';

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
    const [value = '', ...synonyms] = line.split(/[,，、]/).map((word) => word.trim()).filter(Boolean);
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
