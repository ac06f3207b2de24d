// One settings object being edited: its draft, whether it differs from what was read, and saving it with If-Match
// (or creating it, under one Idempotency-Key for as long as what is sent stays the same).
import { useMemo, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { api, path } from './client';
import { useCreateKey } from './create-key';
import { refreshResource, type ResourceName, type Versioned } from './resource';

export interface ResourceForm<T, D> {
  draft: D;
  set: (patch: Partial<D>) => void;
  dirty: boolean;
  busy: boolean;
  error: unknown;
  /** The object as last read; null while it is being made. */
  base: T | null;
  save: () => Promise<T | null>;
  discard: () => void;
  /** Reads the newest version and throws the draft away. */
  reload: () => Promise<void>;
  /** Reads the newest version but keeps the draft, so that the next save replaces it. */
  keep: () => Promise<void>;
}

export interface FormPlan<T, D> {
  name: ResourceName;
  object: T | null;
  toDraft: (object: T | null) => D;
  toBody: (draft: D, base: T | null) => unknown;
}

export function useResourceForm<T extends Versioned, D extends object>({ name, object, toDraft, toBody }: FormPlan<T, D>): ResourceForm<T, D> {
  const client = useQueryClient();
  const [base, setBase] = useState(object);
  const [draft, setDraft] = useState(() => toDraft(object));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const createKey = useCreateKey();
  const clean = useMemo(() => toDraft(base), [base, toDraft]);
  const dirty = useMemo(() => JSON.stringify(draft) !== JSON.stringify(clean), [draft, clean]);

  function take(next: T) {
    setBase(next);
    setDraft(toDraft(next));
    setError(null);
  }

  /** Answers null when it failed; the reason is then in `error`. */
  async function save(): Promise<T | null> {
    setBusy(true);
    setError(null);
    try {
      const body = toBody(draft, base);
      const saved = base
        ? await api.patch<T>(path(`/${name}/{}`, base.id), body, base.version)
        : await api.create<T>(`/${name}`, body, createKey(body));
      take(saved);
      await refreshResource(client, name);
      return saved;
    } catch (problem) {
      setError(problem);
      return null;
    } finally {
      setBusy(false);
    }
  }

  async function readAgain(apply: (newest: T) => void) {
    if (!base) return;
    try {
      apply(await api.get<T>(path(`/${name}/{}`, base.id)));
      await refreshResource(client, name);
    } catch (problem) {
      setError(problem);
    }
  }

  function takeUnder(newest: T) {
    setBase(newest);
    setError(null);
  }

  return {
    draft,
    set: (patch) => setDraft((before) => ({ ...before, ...patch })),
    dirty,
    busy,
    error,
    base,
    save,
    discard: () => {
      setDraft(clean);
      setError(null);
    },
    reload: () => readAgain(take),
    keep: () => readAgain(takeUnder),
  };
}
