// What keys and characters mean in the composer. Pure.

export interface EnterPress {
  key: string;
  keyCode: number;
  isComposing: boolean;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** An Enter that belongs to an input method commits its text and is never a wish to send. */
export function asksToSend(press: EnterPress, sendKey: 'enter' | 'mod_enter'): boolean {
  if (press.key !== 'Enter' || press.isComposing || press.keyCode === 229 || press.altKey) return false;
  const mod = press.ctrlKey || press.metaKey;
  return sendKey === 'enter' ? !press.shiftKey && !mod : mod && !press.shiftKey;
}

export interface Trigger {
  kind: 'canned' | 'article' | 'colleague';
  query: string;
  /** Where the `/`, `#` or `@` stands. */
  from: number;
}

const TRIGGER = /([/#@])([^\s/#@]{0,40})$/u;
const KINDS: Record<string, Trigger['kind']> = { '/': 'canned', '#': 'article', '@': 'colleague' };

/** Whether the caret stands behind a `/`, `#` or `@` that looks for something. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const match = TRIGGER.exec(text.slice(0, caret));
  if (match === null) return null;
  const before = text[match.index - 1] ?? ' ';
  // Part of an address, a date, a fraction or a word: only a character.
  if (/[A-Za-z0-9:/.\-_]/.test(before)) return null;
  return { kind: KINDS[match[1] ?? ''] ?? 'canned', query: match[2] ?? '', from: match.index };
}

export function insertAt(text: string, from: number, to: number, inserted: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + inserted + text.slice(to), caret: from + inserted.length };
}
