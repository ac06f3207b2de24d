import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff';
import { parseFrame } from './frames';
import { judge } from './sequence';

describe('judge', () => {
  it('applies what follows, drops what repeats, reports a hole', () => {
    expect(judge(null, 7)).toBe('apply');
    expect(judge(7, 8)).toBe('apply');
    expect(judge(7, 7)).toBe('duplicate');
    expect(judge(7, 3)).toBe('duplicate');
    expect(judge(7, 9)).toBe('hole');
  });
});

describe('backoffMs', () => {
  it('doubles up to the cap and uses the whole range below it', () => {
    expect([0, 1, 2, 6, 7, 40].map((n) => backoffMs(n, () => 1))).toEqual([500, 1000, 2000, 30_000, 30_000, 30_000]);
    expect(backoffMs(3, () => 0)).toBe(0);
  });
});

describe('parseFrame', () => {
  it('ignores what it does not know and what is not JSON', () => {
    expect(parseFrame('{"type":"pong"}')).toEqual({ type: 'pong' });
    expect(parseFrame('{"type":"from_the_future"}')).toBeNull();
    expect(parseFrame('{{')).toBeNull();
    expect(parseFrame('null')).toBeNull();
    expect(parseFrame(new ArrayBuffer(2))).toBeNull();
  });
});
