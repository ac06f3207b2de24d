import { expect, it } from 'vitest';
import { linkify, plainOfMarkdown } from './linkify';

it('links web addresses only, without the punctuation after them', () => {
  expect(linkify('见 https://a.example/x?y=1。谢谢')).toEqual(['见 ', { url: 'https://a.example/x?y=1', text: 'https://a.example/x?y=1' }, '。谢谢']);
  expect(linkify('(https://a.example), ok')).toEqual(['(', { url: 'https://a.example', text: 'https://a.example' }, '), ok']);
  for (const text of ['javascript:alert(1)', '<script>', 'data:text/html,x', '**x**', 'https://']) expect(linkify(text)).toEqual([text]);
});

it('turns an article into plain words', () => {
  expect(plainOfMarkdown('## 退货\n\n- **7 天**内\n- 见[说明](/help/x)\n\n\n\n> 注意', 100)).toBe('退货\n\n· 7 天内\n· 见说明 /help/x\n\n注意');
  expect(plainOfMarkdown('abcdef', 3)).toBe('abc…');
});
