import { describe, expect, it } from 'vitest';
import { mentionsIn } from './mentions';
import { triggerAt } from './typing';

const colleagues = [
  { id: 'a', name: '周明' },
  { id: 'b', name: '周明月' },
  { id: 'c', name: 'Ann Lee' },
];

describe('mentions', () => {
  it('finds the longest name behind each @, each colleague once', () => {
    expect(mentionsIn('@周明月 请看，@Ann Lee也看一下', colleagues)).toEqual(['b', 'c']);
    expect(mentionsIn('@周明，@周明', colleagues)).toEqual(['a']);
    expect(mentionsIn('周明 a@b.example', colleagues)).toEqual([]);
  });

  it('names everybody who is called so', () => {
    expect(mentionsIn('@周明', [...colleagues, { id: 'd', name: '周明' }])).toEqual(['a', 'd']);
  });

  it('looks for colleagues behind an @ that is not part of an address', () => {
    expect(triggerAt('请 @zho', 6)).toEqual({ kind: 'colleague', query: 'zho', from: 2 });
    expect(triggerAt('mail@shop', 9)).toBeNull();
  });
});
