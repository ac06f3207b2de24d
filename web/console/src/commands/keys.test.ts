import { describe, expect, it } from 'vitest';
import { capsOf, KeyReader, type KeyPress } from './keys';
import { COMMANDS } from './registry';

function press(key: string, over: Partial<KeyPress> = {}): KeyPress {
  const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key;
  return { key, code, keyCode: 0, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, ...over };
}

describe('KeyReader', () => {
  const read = (presses: KeyPress[], inText = false, singleKeys = true, step = 100) => {
    const reader = new KeyReader();
    return presses.map((p, i) => reader.read(p, i * step, inText, singleKeys));
  };

  it('takes Alt combinations by place, also where they type other characters and in text fields', () => {
    expect(read([press('∆', { code: 'KeyJ', altKey: true })], true)).toEqual(['conversation.next']);
    expect(read([press('у', { code: 'KeyE', altKey: true })])).toEqual(['conversation.resolve']);
  });

  it('takes Mod+K with either key, by letter', () => {
    expect(read([press('k', { ctrlKey: true })], true)).toEqual(['view.palette']);
    expect(read([press('K', { metaKey: true })])).toEqual(['view.palette']);
  });

  it('reads sequences, within a moment', () => {
    expect(read([press('g'), press('k')])).toEqual([null, 'go.knowledge']);
    expect(read([press('g'), press('k')], false, true, 2000)).toEqual([null, null]);
    expect(read([press('g'), press('/')])).toEqual([null, 'view.search']);
  });

  it('leaves letters to text fields and to people who turned them off', () => {
    expect(read([press('/'), press('?'), press('g'), press('c')], true)).toEqual([null, null, null, null]);
    expect(read([press('/'), press('g'), press('c')], false, false)).toEqual([null, null, null]);
  });

  it('never takes a key from an input method', () => {
    expect(read([press('k', { ctrlKey: true, isComposing: true })])).toEqual([null]);
    expect(read([press('/', { keyCode: 229 })])).toEqual([null]);
    expect(read([press('Process', { altKey: true, code: 'KeyE' })])).toEqual([null]);
  });
});

describe('the registry', () => {
  it('gives no two commands the same keys, and both languages to each', () => {
    const keys = COMMANDS.flatMap((command) => ('keys' in command ? [...command.keys] : []));
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(COMMANDS.map((command) => command.id)).size).toBe(COMMANDS.length);
    for (const command of COMMANDS) expect(command.zh && command.en).toBeTruthy();
  });

  it('shows keys as this keyboard has them', () => {
    expect(capsOf('Alt+KeyJ', false)).toEqual(['Alt+J']);
    expect(capsOf('Mod+k', true)).toEqual(['⌘K']);
    expect(capsOf('g c', false)).toEqual(['G', 'C']);
  });
});
