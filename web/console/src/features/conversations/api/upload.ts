// Uploads one file with progress and a way to stop. XMLHttpRequest, because fetch cannot tell how far an upload is.
import type { AttachmentView, Problem } from '@qingniao/shared/api';
import { ApiError } from '../../../api';
import { language } from '../../../i18n';

export const ATTACHMENT_BYTES_MAX = 20 * 1024 * 1024;
export const ATTACHMENTS_MAX = 10;

export interface Upload {
  done: Promise<AttachmentView>;
  cancel(): void;
}

export function upload(file: File, onProgress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<AttachmentView>((resolve, reject) => {
    request.open('POST', '/api/v1/attachments');
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Accept-Language', language());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as AttachmentView);
      else {
        const problem = body as Partial<Problem>;
        reject(new ApiError(request.status, problem.code ?? 'upload', problem.detail ?? problem.title ?? String(request.status)));
      }
    };
    request.onerror = () => reject(new ApiError(0, 'offline', ''));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    const form = new FormData();
    form.append('file', file, file.name || `image.${file.type.split('/')[1] ?? 'bin'}`);
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

export function attachmentUrl(attachment: { id: string; name: string }): string {
  return `/api/v1/attachments/${encodeURIComponent(attachment.id)}/${encodeURIComponent(attachment.name)}`;
}

/** Only what the server sniffed as one of these is ever shown inline. */
export function isImage(mediaType: string): boolean {
  return ['image/png', 'image/jpeg', 'image/gif', 'image/webp'].includes(mediaType);
}
