import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Conversation } from './types';
import { Typing } from './typing';

type Frame = { on: boolean; preview?: string };

function rig(over: Partial<Conversation> = {}) {
  const sent: Frame[] = [];
  const conversation = { id: 'cnv_1', status: 'open', owner_kind: 'agent', ...over } as Conversation;
  return { sent, typing: new Typing((frame) => sent.push(frame as Frame), () => conversation, () => {}) };
}

describe('what people are told while the visitor types', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('ends with the newest text, not with the first letter', () => {
    const { sent, typing } = rig();
    for (const text of ['我', '我的', '我的洗衣机']) typing.typed(text);
    expect(sent).toEqual([expect.objectContaining({ on: true, preview: '我' })]);
    vi.advanceTimersByTime(2_000);
    expect(sent[sent.length - 1]).toMatchObject({ on: true, preview: '我的洗衣机' });
    expect(sent).toHaveLength(2);
  });

  it('is sent about once a second however fast they type', () => {
    const { sent, typing } = rig();
    for (let key = 1; key <= 100; key += 1) {
      typing.typed('a'.repeat(key));
      vi.advanceTimersByTime(50);
    }
    expect(sent.length).toBeGreaterThanOrEqual(5);
    expect(sent.length).toBeLessThanOrEqual(7);
  });

  it('says nothing after the message is sent or the text is gone', () => {
    const { sent, typing } = rig();
    typing.typed('我');
    typing.typed('我的');
    typing.stop();
    vi.advanceTimersByTime(20_000);
    expect(sent.map((frame) => frame.on)).toEqual([true, false]);
  });

  it('is not told to the bot', () => {
    const { sent, typing } = rig({ owner_kind: 'bot' });
    typing.typed('我');
    vi.advanceTimersByTime(20_000);
    expect(sent).toEqual([]);
  });
});
