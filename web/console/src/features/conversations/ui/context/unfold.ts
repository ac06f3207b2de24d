// A section of the pane beside the thread that is asked for from elsewhere. It may not be there yet: whoever asked is remembered.
let wanted: string | null = null;
const listeners = new Set<() => void>();

/** Opens the section and goes to it, now or as soon as it is shown. */
export function unfold(id: string): void {
  wanted = id;
  for (const listener of listeners) listener();
}

/** `open` is called once for each time this section is asked for. Returns what ends it. */
export function onUnfold(id: string, open: () => void): () => void {
  const look = (): void => {
    if (wanted !== id) return;
    wanted = null;
    open();
  };
  listeners.add(look);
  look();
  return () => void listeners.delete(look);
}
