// Keeps the draft on the server while it is drawn. A save that meets a newer draft (the same author in another window) stops and
// hands both to the merge.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { ApiError } from '../../../../api';
import type { FlowDocument } from '../../model/document';
import { saveDraft } from '../../api/queries';
import type { EditorStore } from './store';

const REST_MS = 700;
const AGAIN_MS = 5_000;

export type SaveState = 'clean' | 'dirty' | 'saving' | 'failed' | 'conflict';

export interface Begun {
  document: FlowDocument;
  /** 0 while there is no draft. */
  revision: number;
  baseHash: string | null;
}

export interface Autosave {
  state: SaveState;
  error: unknown;
  revision: number;
  baseHash: string | null;
  /** What was last known to be on the server: what a merge compares both sides with. */
  saved: FlowDocument;
  /** Saves at once; throws when it cannot. */
  flush: () => Promise<number>;
  /** Saves even if nothing changed; gives the revision. */
  saveNow: () => Promise<number>;
  /** Goes on from what is on the server now, after a merge or a publishing. */
  rebase: (begun: Begun) => void;
}

export function useAutosave(flowId: string, store: EditorStore, begun: Begun, enabled: boolean): Autosave {
  const document = useSyncExternalStore(store.subscribe, () => store.get().history.present);
  const [at, setAt] = useState(begun);
  const [state, setState] = useState<SaveState>('clean');
  const [error, setError] = useState<unknown>(null);
  const known = useRef(begun);
  const running = useRef<Promise<number> | null>(null);

  const rebase = useCallback((next: Begun) => {
    known.current = next;
    setAt(next);
    setState('clean');
    setError(null);
  }, []);

  const save = useCallback(async (always: boolean): Promise<number> => {
    const sent = store.document;
    if (sent === known.current.document && !always) return known.current.revision;
    setState('saving');
    try {
      const made = await saveDraft(flowId, { document: sent, revision: known.current.revision, base_hash: known.current.baseHash });
      const next = { document: sent, revision: made.revision, baseHash: made.base_hash };
      known.current = next;
      setAt(next);
      setError(null);
      setState(store.document === sent ? 'clean' : 'dirty');
      return made.revision;
    } catch (problem) {
      setError(problem);
      setState(problem instanceof ApiError && problem.status === 409 ? 'conflict' : 'failed');
      throw problem;
    }
  }, [flowId, store]);

  const run = useCallback(async (always: boolean): Promise<number> => {
    // One at a time: what was drawn during a save is saved by the next.
    while (running.current) await running.current.catch(() => undefined);
    const job = save(always);
    running.current = job;
    try {
      return await job;
    } finally {
      running.current = null;
    }
  }, [save]);
  const flush = useCallback(() => run(false), [run]);
  const saveNow = useCallback(() => run(true), [run]);

  useEffect(() => {
    if (!enabled || state === 'conflict' || document === known.current.document) return;
    const timer = setTimeout(() => void flush().catch(() => undefined), state === 'failed' ? AGAIN_MS : REST_MS);
    return () => clearTimeout(timer);
  }, [document, enabled, flush, state]);

  const shown = state === 'clean' && document !== at.document ? 'dirty' : state;
  return { state: shown, error, revision: at.revision, baseHash: at.baseHash, saved: at.document, flush, saveNow, rebase };
}
