// What is promised, where something is; loaded when a conversation first has a promise.
import { Suspense } from 'react';
import type { SlaDue } from '@qingniao/shared/api';
import { lazy } from '../../../../ui';

const Chips = lazy(() => import('./SlaChips'));

export function SlaChips({ sla, all = false }: { sla: SlaDue[]; all?: boolean }) {
  return sla.length === 0 ? null : (
    <Suspense fallback={null}>
      <Chips sla={sla} all={all} />
    </Suspense>
  );
}
