// The editor's own keys, while no text is being written: undo, redo, copy, paste, delete, choose all.
import { useEffect, type RefObject } from 'react';
import { isTextField } from '../../../../commands/keys';
import type { EditorStore } from './store';

/** The part of a flow copied last, where the system's clipboard may not be read. */
let kept: string | null = null;

async function copy(store: EditorStore): Promise<boolean> {
  const text = store.copyText();
  if (!text) return false;
  kept = text;
  await navigator.clipboard?.writeText(text).catch(() => undefined);
  return true;
}

async function paste(store: EditorStore) {
  const text = await navigator.clipboard?.readText().catch(() => null);
  if (text && store.pasteText(text)) return;
  if (kept) store.pasteText(kept);
}

/** What has the keyboard to itself while it is open. */
const OVERLAY = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"][data-open]';

/** A box that was removed, or a press on the empty drawing, leaves the focus to what is around the editor: its keys are still the editor's. */
function isFor(editor: HTMLElement | null, target: EventTarget | null): boolean {
  if (!editor || !(target instanceof Node)) return false;
  return editor.contains(target) || (target.contains(editor) && window.document.querySelector(OVERLAY) === null);
}

export function useEditorKeys(store: EditorStore, readOnly: boolean, editor: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTextField(event.target) || !isFor(editor.current, event.target)) return;
      if (!act(event, store, readOnly)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Behind what listens inside the editor, before the console's own keys at the window.
    window.document.addEventListener('keydown', onKeyDown);
    return () => window.document.removeEventListener('keydown', onKeyDown);
  }, [store, readOnly, editor]);
}

function act(event: KeyboardEvent, store: EditorStore, readOnly: boolean): boolean {
  const mod = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (!mod) {
    if ((event.key !== 'Delete' && event.key !== 'Backspace') || readOnly || store.get().selection.length === 0) return false;
    store.remove();
    return true;
  }
  if (key === 'a') store.selectAll();
  else if (key === 'c') {
    if (window.getSelection()?.toString()) return false;
    void copy(store);
  } else if (readOnly) return false;
  else if (key === 'z' && event.shiftKey) store.redo();
  else if (key === 'z') store.undo();
  else if (key === 'y') store.redo();
  else if (key === 'x') void copy(store).then((done) => done && store.remove());
  else if (key === 'v') void paste(store);
  else if (key === 'd') store.duplicate();
  else return false;
  return true;
}
