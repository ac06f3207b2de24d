import type { SecretView } from '@qingniao/shared/api';
import { api, path } from '../../api';

/** Makes a new secret; the answer is the only time it is seen. */
export function rotateInboxSecret(inboxId: string): Promise<SecretView> {
  return api.post<SecretView>(path('/inboxes/{}/secret', inboxId));
}
