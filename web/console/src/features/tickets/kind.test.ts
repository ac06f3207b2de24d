import { expect, test } from 'vitest';
import { isDue, isId, newField, toBody, toDraft, wrongOf } from './kind';
import { filled, missingFields } from './FieldInputs';

test('a kind is written as it was read, and what is missing has a place', () => {
  const kind = { id: 'refund', name_zh: '退款', name_en: 'Refund', due_ms: 7_200_000, version: 2, built_in: true, fields: [{ name: 'why', zh: '原因', en: 'Why', kind: 'choice' as const, required: true, choices: ['坏了', '不要了'] }] };
  const draft = toDraft(kind);
  expect([draft.hours, draft.fields[0]?.choices]).toEqual(['2', '坏了\n不要了']);
  const { id, built_in: _, ...body } = kind;
  expect(toBody(draft, 2)).toEqual(body);
  expect([isId(id), isId('退款'), isDue(''), isDue('0'), isDue('1.5')]).toEqual([true, false, true, false, true]);
  const field = { ...newField(), name: 'a' };
  expect(wrongOf(field, [field])).toBe('title');
  expect(wrongOf({ ...field, zh: '甲' }, [field, field])).toBe('name');
  expect(wrongOf({ ...field, zh: '甲', kind: 'choice' }, [field])).toBe('choices');
  expect(wrongOf({ ...field, zh: '甲' }, [field])).toBe(null);
});

test('what is asked for and empty is missing, and what is empty is not sent', () => {
  const fields = toDraft(null).fields.length === 0 ? [{ name: 'a', zh: '甲', en: 'A', kind: 'text' as const, required: true, choices: [] }] : [];
  expect([missingFields(fields, {}), missingFields(fields, { a: 'x' })]).toEqual([['a'], []]);
  expect(filled({ a: null, b: 0, c: false })).toEqual({ b: 0, c: false });
});
