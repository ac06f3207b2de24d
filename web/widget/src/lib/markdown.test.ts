import { describe, expect, it } from 'vitest';
import { parseInline, parseMarkdown } from './markdown';
import { safeUrl } from './url';

describe('markdown', () => {
  it('reads the blocks messages use', () => {
    const blocks = parseMarkdown('# 标题\n\n第一段\n第二行\n\n- 甲\n- 乙\n\n3. c\n4. d\n\n> 引用\n\n```js\nlet a = "<b>";\n```\n\n---');
    expect(blocks.map((block) => block.kind)).toEqual(['heading', 'paragraph', 'list', 'list', 'quote', 'code', 'rule']);
    expect(blocks[1]).toEqual({ kind: 'paragraph', children: ['第一段', { kind: 'break' }, '第二行'] });
    expect(blocks[3]).toMatchObject({ ordered: true, start: 3, items: [['c'], ['d']] });
    expect(blocks[5]).toEqual({ kind: 'code', text: 'let a = "<b>";' });
  });
  it('reads the spans', () => {
    expect(parseInline('**粗** *斜* ~~删~~ `x<y`')).toEqual([
      { kind: 'strong', children: ['粗'] }, ' ', { kind: 'em', children: ['斜'] }, ' ', { kind: 'del', children: ['删'] }, ' ', { kind: 'code', text: 'x<y' },
    ]);
    expect(parseInline('[帮助](/help/zh-CN/art_1)')).toEqual([{ kind: 'link', url: '/help/zh-CN/art_1', children: ['帮助'] }]);
    expect(parseInline('见https://a.example/x?y=1。好')).toEqual(['见', { kind: 'link', url: 'https://a.example/x?y=1', children: ['https://a.example/x?y=1'] }, '。好']);
    expect(parseInline('see https://a.example/x, ok')).toHaveLength(3);
  });
  it('leaves what is no mark as text', () => {
    for (const text of ['a_b_c', '2 * 3 * 4', '**', '*', '``', '[x]', '[x](', '<script>alert(1)</script>', '&lt;', 'snake_case_name here']) {
      expect(parseInline(text).join(''), text).toBe(text);
    }
    expect(parseInline('\\*not\\*')).toEqual(['*not*']);
  });
  it('never makes a dangerous link', () => {
    for (const url of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.example', 'java\tscript:x', '\u0001javascript:x', 'https://', '/\\evil.example', 'file:///etc/passwd']) {
      expect(safeUrl(url), url).toBeNull();
      expect(JSON.stringify(parseInline(`[x](${url})`)), url).not.toContain('"link"');
    }
    expect(safeUrl('https://a.example')).toBe('https://a.example');
    expect(safeUrl('tel:400-800')).toBe('tel:400-800');
  });
  it('stays quick and shallow on hostile input', () => {
    const started = Date.now();
    for (const text of ['['.repeat(10_000), '*'.repeat(10_000), '**a'.repeat(3_000), '`'.repeat(9_999), '[a]('.repeat(2_500), '_a'.repeat(5_000), '> '.repeat(5_000), 'http://'.repeat(1_400), '***a*** '.repeat(1_200)]) {
      parseMarkdown(text);
    }
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});
