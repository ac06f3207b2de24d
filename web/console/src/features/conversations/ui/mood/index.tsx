// How the customer feels, where they feel something; loaded when somebody first does.
import { Suspense } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { lazy } from '../../../../ui';

const Chip = lazy(() => import('./MoodChip'));

export function MoodChip({ of: c, onShow }: { of: ConversationView; onShow?: () => void }) {
  return c.mood === null || c.mood === 'neutral' || c.status === 'resolved' ? null : (
    <Suspense fallback={null}>
      <Chip conversation={c} {...(onShow && { onShow })} />
    </Suspense>
  );
}
