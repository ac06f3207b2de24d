// What one press can mend of what is wrong with examples: which of them it deletes. Pure.
import type { TrainingFinding } from '@qingniao/shared/api';

export type Mend = { kind: 'surplus' | 'keep_test'; ids: string[] } | { kind: 'keep_in'; intentId: string; name: string; ids: string[] };

export function mendsOf(finding: TrainingFinding): Mend[] {
  const ids = finding.example_ids;
  switch (finding.kind) {
    case 'duplicate':
      return [{ kind: 'surplus', ids: ids.slice(1) }];
    case 'empty':
      return [{ kind: 'surplus', ids }];
    case 'leak':
      return [{ kind: 'keep_test', ids: ids.slice(0, 1) }];
    case 'conflict':
      return keepIn(finding);
    default:
      return [];
  }
}

/** The words stay in one intent, once; elsewhere they go. */
function keepIn(finding: TrainingFinding): Mend[] {
  const { example_ids: ids, intent_ids: intents, intent_names: names } = finding;
  // Older reports name no intent of an example; where each intent has one, they are in the same order.
  const owners = finding.example_intent_ids.length === ids.length ? finding.example_intent_ids : ids.length === intents.length ? intents : [];
  return intents.flatMap((intentId, index): Mend[] => {
    const kept = owners.indexOf(intentId);
    return kept < 0 ? [] : [{ kind: 'keep_in', intentId, name: names[index] ?? '', ids: ids.filter((_, other) => other !== kept) }];
  });
}
