// What one still has to write, wherever one is; its form is fetched when there first is something.
import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import type { WrapUpView } from '@qingniao/shared/presence';
import { api } from '../../api';
import { WRAP_UPS } from '../../realtime/board';
import { lazy } from '../../ui';

const Dock = lazy(() => import('./WrapUpDock'));

export function WrapUps() {
  const { data } = useQuery({
    queryKey: WRAP_UPS,
    queryFn: async ({ signal }) => (await api.get<{ items: WrapUpView[] }>('/me/wrap-ups', undefined, signal)).items,
    staleTime: Infinity,
  });
  return data === undefined || data.length === 0 ? null : (
    <Suspense fallback={null}>
      <Dock open={data} />
    </Suspense>
  );
}
