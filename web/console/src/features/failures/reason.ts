// What became of the last try, in words. A reason that is no code of ours stays as it is.
import { failureMessages } from './messages';

type Words = typeof failureMessages.zh;
type Key = keyof Words;
type T = (key: Key, values?: Record<string, string>) => string;

export function reasonOf(error: string | null, t: T): string {
  if (error === null || error === '') return '–';
  const status = /^http_(\d{3})$/.exec(error)?.[1];
  if (status !== undefined) return t('error_http', { status });
  const key = `error_${error}`;
  return key in failureMessages.zh ? t(key as Key) : error;
}
