// Files on their way up. What has arrived belongs to the draft; what failed stays until it is dismissed.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Attachment } from '@qingniao/shared/api';
import { uuid } from '../../../../api';
import { useT } from '../../../../i18n';
import { toast } from '../../../../ui';
import { ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, upload, type Upload } from '../../api/upload';
import { messages } from '../../messages';

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

export function useUploads(onDone: (attachment: Attachment) => void): Uploads {
  const t = useT(messages);
  const [items, setItems] = useState<UploadItem[]>([]);
  const running = useRef(new Map<string, Upload>());

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

  const start = useCallback(
    async (file: File): Promise<void> => {
      const key = uuid();
      setItems((old) => [...old, { key, name: file.name, share: 0, failed: null }]);
      const change = (patch: Partial<UploadItem>): void =>
        setItems((old) => old.map((item) => (item.key === key ? { ...item, ...patch } : item)));
      const under = upload(file, (share) => change({ share }));
      running.current.set(key, under);
      try {
        const { id, name, media_type, size_bytes } = await under.done;
        drop(key);
        onDone({ id, name, media_type, size_bytes });
      } catch (error) {
        running.current.delete(key);
        if (error instanceof DOMException) drop(key);
        else change({ failed: (error instanceof Error && error.message) || t('uploadOffline') });
      }
    },
    [drop, onDone, t],
  );

  const add = useCallback(
    (files: File[], already: number) => {
      const room = ATTACHMENTS_MAX - already - running.current.size;
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
      if (under === undefined) drop(key);
      else under.cancel();
    },
    [drop],
  );

  return { items, running: items.some((item) => item.failed === null), add, cancel };
}
