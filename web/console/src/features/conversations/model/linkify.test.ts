import { expect, it } from 'vitest';
import { excerptOfMarkdown, linkify, plainOfMarkdown, sourceLink } from './linkify';

it('links web addresses only, without the punctuation after them', () => {
  expect(linkify('见 https://a.example/x?y=1。谢谢')).toEqual(['见 ', { url: 'https://a.example/x?y=1', text: 'https://a.example/x?y=1' }, '。谢谢']);
  expect(linkify('(https://a.example), ok')).toEqual(['(', { url: 'https://a.example', text: 'https://a.example' }, '), ok']);
  for (const text of ['javascript:alert(1)', '<script>', 'data:text/html,x', '**x**', 'https://']) expect(linkify(text)).toEqual([text]);
});

it('turns an article into plain words', () => {
  expect(plainOfMarkdown('## 退货\n\n- **7 天**内\n- 见[说明](/help/x)\n\n\n\n> 注意', 100)).toBe('退货\n\n· 7 天内\n· 见说明 /help/x\n\n注意');
  expect(plainOfMarkdown('abcdef', 3)).toBe('abc…');
});

it('keeps the form of an article, cut between lines, with a link to it', () => {
  expect(excerptOfMarkdown('## 退货\n\n- **7 天**内', 100)).toBe('## 退货\n\n- **7 天**内');
  expect(excerptOfMarkdown('- **一二三**\n- **四五六**', 14)).toBe('- **一二三**\n…');
  expect(excerptOfMarkdown('```\na\nb\nc', 8)).toBe('```\na\nb\n```\n…');
  expect(sourceLink('退货[旧]', 'https://h.example/help/zh-CN/a')).toBe('[退货 旧](https://h.example/help/zh-CN/a)');
});
