// The one place that calls `fetch` for JSON. Base /api/v1; problems become ApiError; creates carry an Idempotency-Key
// that stays the same when the caller retries with the same key; writes of settings carry If-Match.
import type { FieldProblem, Page, Problem } from '@qingniao/shared/api';
import { language } from '../i18n/language';
import { uuid } from './uuid';

const BASE = '/api/v1';

export class ApiError extends Error {
  constructor(
    /** 0 when the server could not be reached. */
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly requestId: string | null = null,
    readonly errors: FieldProblem[] = [],
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail);
    this.name = 'ApiError';
  }

  /** Somebody changed the object since it was read. */
  get isStale(): boolean {
    return this.status === 412;
  }

  get isOffline(): boolean {
    return this.status === 0;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  /** The object's version. */
  ifMatch?: number;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Told about 401 and `password_change_required`, so that the app shows the right screen. */
type AuthListener = (problem: 'signed_out' | 'password_change_required') => void;
let authListener: AuthListener = () => {};
export function onAuthProblem(listener: AuthListener) {
  authListener = listener;
}

export function path(template: string, ...ids: string[]): string {
  let index = 0;
  return template.replace(/\{\}/g, () => encodeURIComponent(ids[index++] ?? ''));
}

function address(url: string, query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return `${BASE}${url}${text ? `?${text}` : ''}`;
}

function headers(options: RequestOptions): Headers {
  const result = new Headers({ Accept: 'application/json', 'Accept-Language': language() });
  if (options.body !== undefined && !(options.body instanceof FormData)) result.set('Content-Type', 'application/json');
  if (options.ifMatch !== undefined) result.set('If-Match', `"${options.ifMatch}"`);
  if (options.idempotencyKey) result.set('Idempotency-Key', options.idempotencyKey);
  return result;
}

async function toError(response: Response): Promise<ApiError> {
  let problem: Partial<Problem> = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    // A proxy answered, not our server: the status has to do.
  }
  const retryAfter = Number(response.headers.get('Retry-After'));
  return new ApiError(
    response.status,
    problem.code ?? `http_${response.status}`,
    problem.detail ?? problem.title ?? response.statusText,
    problem.request_id ?? response.headers.get('X-Request-Id'),
    problem.errors ?? [],
    retryAfter > 0 ? retryAfter : null,
  );
}

export async function request<T>(method: string, url: string, options: RequestOptions = {}): Promise<T> {
  const { body } = options;
  let response: Response;
  try {
    response = await fetch(address(url, options.query), {
      method,
      headers: headers(options),
      credentials: 'same-origin',
      // What is taken away is taken away, also when the page is left meanwhile.
      keepalive: method === 'DELETE',
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'offline', language() === 'en' ? 'The server cannot be reached.' : '无法连接服务器。');
  }
  if (!response.ok) {
    const error = await toError(response);
    if (error.status === 401 && error.code !== 'bad_credentials') authListener('signed_out');
    if (error.code === 'password_change_required') authListener('password_change_required');
    throw error;
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const api = {
  get: <T>(url: string, query?: Query, signal?: AbortSignal) =>
    request<T>('GET', url, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) }),
  post: <T>(url: string, body?: unknown, options: RequestOptions = {}) =>
    request<T>('POST', url, { ...options, ...(body === undefined ? {} : { body }) }),
  /** A POST that makes something: safe to repeat with the same key. */
  create: <T>(url: string, body: unknown, idempotencyKey: string = uuid()) =>
    request<T>('POST', url, { body, idempotencyKey }),
  patch: <T>(url: string, body: unknown, ifMatch?: number) =>
    request<T>('PATCH', url, { body, ...(ifMatch === undefined ? {} : { ifMatch }) }),
  put: <T>(url: string, body: unknown, ifMatch?: number) =>
    request<T>('PUT', url, { body, ...(ifMatch === undefined ? {} : { ifMatch }) }),
  delete: (url: string, ifMatch?: number) =>
    request<void>('DELETE', url, ifMatch === undefined ? {} : { ifMatch }),
};

/** Follows the cursor to the end; for small settings lists only. `max` bounds a list that never ends. */
export async function listAll<T>(url: string, query: Query = {}, max = 2000): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await api.get<Page<T>>(url, { ...query, limit: 200, cursor });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null && items.length < max);
  return items;
}
