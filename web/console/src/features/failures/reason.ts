// What became of the last try, in words. A reason that is no code of ours stays as it is.
import type { Translate } from '@qingniao/shared/i18n';
import type { failureMessages } from './messages';

type T = Translate<(typeof failureMessages)['zh']>;

const CODES = [
  'address_blocked',
  'dns_failed',
  'connect_failed',
  'tls_failed',
  'timeout',
  'response_too_large',
  'broken_response',
  'redirect_refused',
  'invalid_url',
  'webhook_disabled',
] as const;

export function reasonOf(error: string | null, t: T): string {
  if (error === null || error === '') return '–';
  const status = /^http_(\d{3})$/.exec(error)?.[1];
  if (status !== undefined) return t('error_http', { status });
  const known = CODES.find((code) => code === error);
  return known === undefined ? error : t(`error_${known}`);
}
