import { expect, test } from 'vitest';
import { isDirty, restored, toBody, toDraft, validity } from './draft';
import { link, prefixLines, wrap } from './markdown';

test('questions lose blanks and repeats', () => {
  const draft = { ...toDraft(null), title: ' 退货 ', questions: '怎么退\n\n 怎么退 \n能退吗' };
  expect(toBody(draft, 'published')).toEqual({ title: '退货', questions: ['怎么退', '能退吗'], body: '', category: '', state: 'published', scope: { audience: 'everyone', tiers: [], valid_from: null, valid_until: null, products: [] }, next_flow: '' });
});

test('a new draft is dirty once something is typed', () => {
  expect(isDirty(toDraft(null), null)).toBe(false);
  expect(isDirty({ ...toDraft(null), body: 'x' }, null)).toBe(true);
});

test('wrap keeps the words selected', () => {
  expect(wrap({ text: '签收后七天', start: 3, end: 5 }, '**', 'x')).toEqual({ text: '签收后**七天**', start: 5, end: 7 });
  expect(wrap({ text: '', start: 0, end: 0 }, '*', '斜体')).toEqual({ text: '*斜体*', start: 1, end: 3 });
});

test('prefixes toggle on whole lines', () => {
  const on = prefixLines({ text: '前\n甲\n乙', start: 3, end: 5 }, '- ', 'x');
  expect(on.text).toBe('前\n- 甲\n- 乙');
  expect(prefixLines(on, '- ', 'x').text).toBe('前\n甲\n乙');
});

test('a link selects its address', () => {
  const made = link({ text: '见官网', start: 1, end: 3 }, 'x');
  expect(made.text).toBe('见[官网](https://)');
  expect(made.text.slice(made.start, made.end)).toBe('https://');
});

test('who an article is for goes as it was typed, and its days are told', () => {
  const draft = { ...toDraft(null), audience: 'tiers' as const, tiers: 'gold， vip,gold', from: '2026-11-01', products: 'A B、C' };
  const { scope } = toBody(draft, 'published');
  expect(scope).toEqual({ audience: 'tiers', tiers: ['gold', 'vip'], valid_from: '2026-11-01', valid_until: null, products: ['A', 'B', 'C'] });
  expect(toBody({ ...draft, audience: 'staff' }, 'published').scope.tiers).toEqual([]);
  expect(['2026-10-31', '2026-11-01'].map((day) => validity(scope, day))).toEqual(['upcoming', 'valid']);
  expect(validity({ ...scope, valid_until: '2026-11-30' }, '2026-12-01')).toBe('expired');
});

test('a version comes back whole, and an old one leaves whom it is for', () => {
  const now = { ...toDraft(null), title: '新', category: '售前', audience: 'staff' as const, from: '2026-11-01', nextFlow: 'refund' };
  const revision = { article_id: 'a', language: 'zh-CN' as const, version: 1, title: '旧', questions: ['甲', '乙'], body: '文', state: 'published' as const, updated_by: null, at: 0 };
  const scope = { audience: 'tiers' as const, tiers: ['gold'], valid_from: null, valid_until: '2026-12-01', products: ['P10'] };
  expect(restored(now, { ...revision, category: '售后', scope, next_flow: null })).toEqual({ title: '旧', questions: '甲\n乙', body: '文', category: '售后', audience: 'tiers', tiers: 'gold', from: '', until: '2026-12-01', products: 'P10', nextFlow: '' });
  expect(restored(now, { ...revision, category: null, scope: null, next_flow: null })).toEqual({ ...now, title: '旧', questions: '甲\n乙', body: '文' });
});
