import type { UserCreated } from '@qingniao/shared/api';
import { api, path } from '../../api';

/** Answers the new one-time password; it is shown once and kept nowhere. */
export async function resetPassword(userId: string): Promise<string | null> {
  const answer = await api.post<Pick<UserCreated, 'password'>>(path('/users/{}/reset-password', userId));
  return answer.password ?? null;
}
