// Files on their way to the server: one after the other is shown with its progress, can be cancelled and tried again.

import type { Api, ApiError } from './api';
import { words } from './i18n';
import { newId } from './local';
import type { State, Upload } from './state';
import type { Attachment } from './types';

export const FILE_BYTES_MAX = 20 * 1024 * 1024;
export const FILES_MAX = 10;

export class Uploads {
  private files = new Map<string, { file: File; abort: () => void }>();

  constructor(private api: Api, private state: () => State, private set: (change: Partial<State>) => void) {}

  add(files: File[]): void {
    const t = words[this.state().language];
    for (const file of files) {
      const id = newId();
      const upload: Upload = { id, name: file.name || 'image.png', size: file.size, progress: 0, state: 'uploading' };
      if (/^image\/(png|jpeg|gif|webp)$/.test(file.type)) upload.preview = URL.createObjectURL(file);
      const tooMany = this.state().uploads.length >= FILES_MAX;
      if (tooMany || file.size > FILE_BYTES_MAX) Object.assign(upload, { state: 'failed', final: true, problem: tooMany ? t.fileCount : t.fileTooLarge });
      this.set({ uploads: [...this.state().uploads, upload] });
      if (upload.state === 'uploading') this.run(id, file);
    }
  }

  retry(id: string): void {
    const known = this.files.get(id);
    if (known) this.run(id, known.file);
  }

  /** Cancels what is running. */
  remove(id: string): void {
    const known = this.files.get(id);
    const upload = this.state().uploads.find((one) => one.id === id);
    if (upload && upload.preview) URL.revokeObjectURL(upload.preview);
    this.files.delete(id);
    this.set({ uploads: this.state().uploads.filter((one) => one.id !== id) });
    if (known) known.abort();
  }

  /** What is ready to be sent; the tray is empty afterwards. */
  take(): Attachment[] {
    const done = this.state().uploads.filter((one) => one.attachment);
    for (const upload of done) this.remove(upload.id);
    return done.map((one) => one.attachment!);
  }

  clear(): void {
    for (const upload of this.state().uploads) this.remove(upload.id);
  }

  private change(id: string, change: Partial<Upload>): void {
    this.set({ uploads: this.state().uploads.map((one) => (one.id === id ? { ...one, ...change } : one)) });
  }

  private run(id: string, file: File): void {
    this.change(id, { state: 'uploading', progress: 0, problem: undefined });
    const { done, abort } = this.api.upload(file, (progress) => this.change(id, { progress }));
    this.files.set(id, { file, abort });
    done.then(
      (attachment) => this.change(id, { state: 'done', progress: 1, attachment }),
      (error: ApiError) => {
        const final = error.status >= 400 && error.status < 500 && error.status !== 401 && error.status !== 429;
        this.change(id, { state: 'failed', final, problem: error.message || words[this.state().language].fileFailed });
      },
    );
  }
}
