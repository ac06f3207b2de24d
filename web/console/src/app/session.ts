// Who is signed in. `useSession()` may be called anywhere below the shell; it never sees a signed-out state.
import { createContext, useContext } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { MeView, Role } from '@qingniao/shared/api';
import { api } from '../api';

export const ME = ['me'] as const;

export const SessionContext = createContext<MeView | null>(null);

export function useSession(): MeView {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession is for signed-in screens');
  return session;
}

export function useMe() {
  return useQuery({
    queryKey: ME,
    queryFn: ({ signal }) => api.get<MeView>('/auth/me', undefined, signal),
    retry: false,
    staleTime: 60_000,
  });
}

/** Forgets everything read on behalf of the person before showing the sign-in page. */
export function useSignOut() {
  const client = useQueryClient();
  return async () => {
    await api.post('/auth/sign-out').catch(() => undefined);
    client.clear();
    window.location.assign('/');
  };
}

const RANK: Record<Role, number> = { agent: 0, supervisor: 1, admin: 2 };

export function hasRole(have: Role, need: Role): boolean {
  return RANK[have] >= RANK[need];
}

export function useHasRole(need: Role): boolean {
  return hasRole(useSession().user.role, need);
}
