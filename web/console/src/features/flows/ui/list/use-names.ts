import { useCallback } from 'react';
import type { UserView } from '@qingniao/shared/api';
import { useAll } from '../../../../api';

/** The names of people by id; the id while they are not known. */
export function useNames(): (id: string) => string {
  const users = useAll<UserView>('users');
  const list = users.data;
  return useCallback((id: string) => list?.find((user) => user.id === id)?.name ?? id, [list]);
}
