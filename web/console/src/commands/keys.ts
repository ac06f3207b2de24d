// From key presses to commands. Alt combinations go by the place of the key (they type other characters on many
// layouts), letters by what they type. While an input method composes, no key is ours.
import { COMMANDS, type CommandId } from './registry';

export interface KeyPress {
  key: string;
  code: string;
  keyCode: number;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  isComposing: boolean;
}

/** Between the two keys of a sequence. */
const SEQUENCE_MS = 1200;
/** What browsers say for a key an input method has taken. */
const TAKEN_BY_IME = 229;

/** The name of a press as the registry writes it; null for presses that are never shortcuts. */
export function nameOf(press: KeyPress): string | null {
  if (press.isComposing || press.keyCode === TAKEN_BY_IME || press.key === 'Process') return null;
  const mod = press.ctrlKey || press.metaKey;
  if (press.altKey) return mod || press.shiftKey ? null : `Alt+${press.code}`;
  if (mod) return press.shiftKey ? null : `Mod+${press.key.toLowerCase()}`;
  return press.key.length === 1 ? press.key : null;
}

export class KeyReader {
  private first: { key: string; at: number } | null = null;

  /**
   * The command this press asks for. `inText` is whether it goes into a text field, where letters are text;
   * `singleKeys` is the person's choice.
   */
  read(press: KeyPress, now: number, inText: boolean, singleKeys: boolean): CommandId | null {
    const name = nameOf(press);
    const first = this.first;
    this.first = null;
    if (name === null) return null;
    const isSingle = name.length === 1;
    if (isSingle && (inText || !singleKeys)) return null;
    if (first !== null && isSingle && now - first.at < SEQUENCE_MS) {
      const sequence = find(`${first.key} ${name}`);
      if (sequence !== null) return sequence;
    }
    if (isSingle && startsSequence(name)) this.first = { key: name, at: now };
    return find(name);
  }
}

function find(name: string): CommandId | null {
  for (const command of COMMANDS) {
    if ('keys' in command && (command.keys as readonly string[]).includes(name)) return command.id;
  }
  return null;
}

function startsSequence(name: string): boolean {
  return COMMANDS.some((command) => 'keys' in command && command.keys.some((keys) => keys.startsWith(`${name} `)));
}

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** How keys are shown: `Alt+J`, `⌥J`, `G 然后 C` as separate caps. */
export function capsOf(keys: string, mac = isMac): string[] {
  return keys.split(' ').flatMap((part) => {
    if (!part.includes('+')) return [part.toUpperCase()];
    const names = part.split('+').map((name) => {
      if (name === 'Alt') return mac ? '⌥' : 'Alt';
      if (name === 'Mod') return mac ? '⌘' : 'Ctrl';
      return name.replace(/^Key|^Digit/, '').toUpperCase();
    });
    return mac ? [names.join('')] : [names.join('+')];
  });
}

/** As one text, for tooltips and menus. */
export function keysText(id: CommandId): string {
  const command = COMMANDS.find((known) => known.id === id);
  if (command === undefined || !('keys' in command)) return '';
  return capsOf(command.keys[0]).join(' ');
}

export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'submit', 'range', 'color'].includes(target.type);
}
