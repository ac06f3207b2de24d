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
  'webhook_paused',
  'http_410',
] as const;

export function reasonOf(error: string | null, t: T): string {
  if (error === null || error === '') return '–';
  const known = CODES.find((code) => code === error);
  if (known !== undefined) return t(`error_${known}`);
  const status = /^http_(\d{3})$/.exec(error)?.[1];
  return status === undefined ? error : t('error_http', { status });
}
