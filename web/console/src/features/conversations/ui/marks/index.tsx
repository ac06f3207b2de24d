// What marks a conversation where something does: its promises, its priority, how the customer feels, and that it is a part. Loaded when first needed.
import { Suspense } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { lazy } from '../../../../ui';

const Shown = lazy(() => import('./Marks'));

export interface MarksProps {
  c: ConversationView;
  all?: boolean;
}

export function Marks({ c, all = false }: MarksProps) {
  return c.sla[0] || c.merged_into || c.priority !== 'normal' || (c.mood && c.mood !== 'neutral') ? (
    <Suspense fallback={null}>
      <Shown c={c} all={all} />
    </Suspense>
  ) : null;
}
