// Which of the messages that wait to be learnt are likely meant as an intent. Pure.
import type { LearningGroupView, LearningItemView } from '@qingniao/shared/api';

const ALIKE_MAX = 20;

/** Those of the groups for which the intent is suggested, or the nearest, newest first. */
export function alike(groups: readonly LearningGroupView[], intentId: string): LearningItemView[] {
  const means = (group: LearningGroupView) => (group.suggestion ?? group.nearest[0])?.intent_id === intentId;
  const items = groups.filter(means).flatMap((group) => group.items);
  return items.sort((a, b) => b.at - a.at).slice(0, ALIKE_MAX);
}
