// The open editor, for everything drawn inside it.
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { FlowDocument } from '../../model/document';
import type { Past } from '../../model/sample';
import { unsoundValues, type TypedValues } from '../../model/values';
import type { EditorStore } from './store';

export const EditorContext = createContext<EditorStore | null>(null);

export function useEditor(): EditorStore {
  const store = useContext(EditorContext);
  if (!store) throw new Error('useEditor is for what is inside an editor');
  return store;
}

export function useDocument(): FlowDocument {
  return useDocumentOf(useEditor());
}

export function useDocumentOf(store: EditorStore): FlowDocument {
  return useSyncExternalStore(store.subscribe, () => store.get().history.present);
}

export function useSelection(): readonly string[] {
  const store = useEditor();
  return useSyncExternalStore(store.subscribe, () => store.get().selection);
}

export function useTyped(): TypedValues {
  return useTypedOf(useEditor());
}

function useTypedOf(store: EditorStore): TypedValues {
  return useSyncExternalStore(store.subscribe, () => store.get().typed);
}

/** The variables whose fields show something that is no value of theirs. */
export function useUnsoundOf(store: EditorStore): string[] {
  return unsoundValues(useDocumentOf(store), useTypedOf(store));
}

export function useReveal(): number {
  const store = useEditor();
  return useSyncExternalStore(store.subscribe, () => store.get().reveal);
}

export function useTravel(): { canUndo: boolean; canRedo: boolean } {
  const store = useEditor();
  const history = useSyncExternalStore(store.subscribe, () => store.get().history);
  return { canUndo: history.past.length > 0, canRedo: history.future.length > 0 };
}

export function useSample(): Past | null {
  const store = useEditor();
  return useSyncExternalStore(store.subscribe, () => store.get().sample);
}
