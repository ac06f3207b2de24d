// The groups intents belong to, by subject.
import type { IntentView } from '@qingniao/shared/api';

/** Each once, in order of their names. */
export function topicsOf(intents: readonly Pick<IntentView, 'topic'>[]): string[] {
  return [...new Set(intents.map((intent) => intent.topic).filter(Boolean))].sort((a, b) => a.localeCompare(b, 'zh-CN'));
}
