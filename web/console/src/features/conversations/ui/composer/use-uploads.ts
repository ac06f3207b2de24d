// Files on their way up. What has arrived belongs to the draft; what failed stays until it is dismissed.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Attachment } from '@qingniao/shared/api';
import { uuid } from '../../../../api';
import { useT } from '../../../../i18n';
import { toast } from '../../../../ui';
import { ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, upload, type Upload } from '../../api/upload';
import { messages } from '../../messages';
import { UploadLine } from '../../model/upload-line';

export interface UploadItem {
  key: string;
  name: string;
  share: number;
  failed: string | null;
}

export interface Uploads {
  items: UploadItem[];
  running: boolean;
  add(files: File[], already: number): void;
  cancel(key: string): void;
}

/**
 * `onDone` gets files in the order they were chosen: one that is up early waits, as an item at 100 %, for those before it.
 */
export function useUploads(onDone: (attachment: Attachment) => void): Uploads {
  const t = useT(messages);
  const [items, setItems] = useState<UploadItem[]>([]);
  const running = useRef(new Map<string, Upload>());
  const line = useRef(new UploadLine<Attachment>());

  useEffect(() => {
    const all = running.current;
    return () => {
      for (const one of all.values()) one.cancel();
    };
  }, []);

  const drop = useCallback((key: string) => {
    running.current.delete(key);
    setItems((old) => old.filter((item) => item.key !== key));
  }, []);
  /** Hands over what is up and has nothing before it any more. */
  const settle = useCallback(
    (ready: [string, Attachment][]) => {
      for (const [key, attachment] of ready) {
        drop(key);
        onDone(attachment);
      }
    },
    [drop, onDone],
  );

  const start = useCallback(
    async (file: File): Promise<void> => {
      const key = uuid();
      setItems((old) => [...old, { key, name: file.name, share: 0, failed: null }]);
      const change = (patch: Partial<UploadItem>): void =>
        setItems((old) => old.map((item) => (item.key === key ? { ...item, ...patch } : item)));
      const under = upload(file, (share) => change({ share }));
      running.current.set(key, under);
      line.current.join(key);
      try {
        const { id, name, media_type, size_bytes } = await under.done;
        running.current.delete(key);
        settle(line.current.done(key, { id, name, media_type, size_bytes }));
      } catch (error) {
        running.current.delete(key);
        settle(line.current.leave(key));
        if (error instanceof DOMException) drop(key);
        else change({ failed: (error instanceof Error && error.message) || t('uploadOffline') });
      }
    },
    [drop, settle, t],
  );

  const add = useCallback(
    (files: File[], already: number) => {
      const room = ATTACHMENTS_MAX - already - line.current.length;
      if (files.length > room) toast.error(t('tooMany'));
      for (const file of files.slice(0, Math.max(0, room))) {
        if (file.size > ATTACHMENT_BYTES_MAX) toast.error(t('tooLarge', { name: file.name }));
        else void start(file);
      }
    },
    [start, t],
  );

  const cancel = useCallback(
    (key: string) => {
      const under = running.current.get(key);
      if (under !== undefined) return under.cancel();
      drop(key);
      settle(line.current.leave(key));
    },
    [drop, settle],
  );

  return { items, running: items.some((item) => item.failed === null), add, cancel };
}
