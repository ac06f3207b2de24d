import { describe, expect, it } from 'vitest';
import { readArticle } from './article';

describe('articles', () => {
  it('keep their structure', () => {
    expect(readArticle('<h2>退货</h2><p>七天 <strong>无理由</strong></p><ol><li>甲</li></ol>')).toEqual([
      { tag: 'h2', children: ['退货'] },
      { tag: 'p', children: ['七天 ', { tag: 'strong', children: ['无理由'] }] },
      { tag: 'ol', children: [{ tag: 'li', children: ['甲'] }] },
    ]);
  });
  it('lose everything that acts', () => {
    const hostile = '<script>x()</script><p onclick="x()" style="color:red">a<img src=x onerror=x()><img src="https://evil.example/p.gif"></p><a href="javascript:x()">b</a><svg><script>x()</script></svg><iframe srcdoc="x"></iframe><form><input>c</form><style>p{}</style>';
    const tree = readArticle(hostile);
    expect(JSON.stringify(tree)).toBe(JSON.stringify([{ tag: 'p', children: ['a'] }, { tag: 'a', children: ['b'] }, 'c']));
  });
  it('keep what was quoted marked', () => {
    expect(readArticle('<p>甲<mark>乙</mark></p>')).toEqual([{ tag: 'p', children: ['甲', { tag: 'mark', children: ['乙'] }] }]);
  });
  it('keep safe links and own images', () => {
    expect(readArticle('<a href="/help/en/art_1">x</a><img src="/api/v1/attachments/att_1/a.png" alt="图">')).toEqual([
      { tag: 'a', href: '/help/en/art_1', children: ['x'] },
      { tag: 'img', src: '/api/v1/attachments/att_1/a.png', alt: '图', children: [] },
    ]);
  });
});
