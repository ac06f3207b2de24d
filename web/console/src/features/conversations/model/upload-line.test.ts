import { describe, expect, it } from 'vitest';
import { UploadLine } from './upload-line';

describe('UploadLine', () => {
  it('gives files out in the order they were chosen, whichever is up first', () => {
    const line = new UploadLine<string>();
    for (const key of ['picture', 'script', 'text']) line.join(key);
    expect(line.done('script', 'S')).toEqual([]);
    expect(line.done('picture', 'P')).toEqual([['picture', 'P'], ['script', 'S']]);
    expect(line.done('text', 'T')).toEqual([['text', 'T']]);
    expect(line.length).toBe(0);
  });

  it('does not wait for what failed or was cancelled', () => {
    const line = new UploadLine<string>();
    line.join('large');
    line.join('small');
    expect(line.done('small', 'S')).toEqual([]);
    expect(line.leave('large')).toEqual([['small', 'S']]);
  });
});
