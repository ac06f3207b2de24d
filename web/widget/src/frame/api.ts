// Requests to the server: bearer token, language, time limit, problems as typed errors. No state but the token.

import type { Attachment, Language } from './types';

const BASE = '/api/v1';
const TIMEOUT_MS = 20_000;

/** The server's answer that it will not. `status` 0: the network failed. */
export class ApiError extends Error {
  constructor(public status: number, public code: string, detail: string, public retryMs: number) {
    super(detail);
  }
}

function problem(status: number, body: unknown, retryAfter: string | null): ApiError {
  const told = (body && typeof body === 'object' ? body : {}) as { code?: string; detail?: string; title?: string };
  return new ApiError(status, told.code || 'http_' + status, told.detail || told.title || '', (Number(retryAfter) || 0) * 1000);
}

export class Api {
  token = '';
  language: Language = 'zh-CN';

  async call<T>(method: 'GET' | 'POST', path: string, body?: unknown, timeout = TIMEOUT_MS, prefer = ''): Promise<T> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout);
    const headers: Record<string, string> = { 'Accept-Language': this.language };
    if (this.token) headers.Authorization = 'Bearer ' + this.token;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (prefer) headers.Prefer = prefer;
    let answer: Response;
    let told: unknown = null;
    try {
      answer = await fetch(BASE + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: abort.signal, credentials: 'omit', cache: 'no-store' });
      const text = await answer.text();
      if (text) {
        try {
          told = JSON.parse(text);
        } catch {
          // A proxy's page instead of our answer; the status says enough.
        }
      }
    } catch {
      throw new ApiError(0, 'network', '', 0);
    } finally {
      clearTimeout(timer);
    }
    if (!answer.ok) throw problem(answer.status, told, answer.headers.get('Retry-After'));
    return told as T;
  }

  /** With XMLHttpRequest, because fetch tells no progress of an upload. */
  upload(file: File, progress: (share: number) => void): { done: Promise<Attachment>; abort: () => void } {
    const request = new XMLHttpRequest();
    const done = new Promise<Attachment>((resolve, reject) => {
      request.open('POST', BASE + '/attachments');
      request.setRequestHeader('Authorization', 'Bearer ' + this.token);
      request.setRequestHeader('Accept-Language', this.language);
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.onload = () => {
        let told: unknown = null;
        try {
          told = JSON.parse(request.responseText);
        } catch {
          // As above.
        }
        if (request.status >= 200 && request.status < 300 && told) resolve(told as Attachment);
        else reject(problem(request.status, told, request.getResponseHeader('Retry-After')));
      };
      request.onerror = request.onabort = request.ontimeout = () => reject(new ApiError(0, 'network', '', 0));
      const form = new FormData();
      form.append('file', file, file.name);
      request.send(form);
    });
    return { done, abort: () => request.abort() };
  }
}

export function socketUrl(): string {
  return location.origin.replace(/^http/, 'ws') + BASE + '/stream';
}
