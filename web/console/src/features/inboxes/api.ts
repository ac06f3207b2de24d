import type { SecretView } from '@qingniao/shared/api';
import { api, path } from '../../api';

/** Shows the secret, or makes a new one, after which the inbox has a new version. */
export function inboxSecret(inboxId: string, rotate: boolean): Promise<SecretView> {
  return api.post<SecretView>(path('/inboxes/{}/secret', inboxId), undefined, { query: { rotate } });
}
