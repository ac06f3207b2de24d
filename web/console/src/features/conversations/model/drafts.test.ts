import { describe, expect, it } from 'vitest';
import { allowedMode } from './drafts';

describe('allowedMode', () => {
  const reply = { mode: 'reply', forced: false } as const;

  it('goes back to the reply when the conversation becomes one\'s own', () => {
    const watching = allowedMode(reply, false, true);
    expect(watching).toEqual({ mode: 'note', forced: true });
    expect(allowedMode(watching, true, true)).toEqual(reply);
  });

  it('keeps a note that was begun, and one that was chosen', () => {
    expect(allowedMode({ mode: 'note', forced: true }, true, false)).toEqual({ mode: 'note', forced: false });
    expect(allowedMode({ mode: 'note', forced: false }, true, true)).toEqual({ mode: 'note', forced: false });
  });
});
