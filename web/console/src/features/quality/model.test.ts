import { expect, test } from 'vitest';
import { answered, filled, movedUp, newSection, starter } from './model';

test('what is answered is counted over all sections, notes alone are no answer', () => {
  const form = starter();
  const [first, second] = form.sections[0]!.criteria;
  const answers = { [first!.key]: { value: '5', note: '' }, [second!.key]: { value: '', note: '慢' } };
  expect(answered(form, answers)).toEqual({ n: 1, of: 5 });
});

test('English is filled in from Chinese, and only choices have options', () => {
  const form = { ...starter(), en: ' ' };
  form.sections.push({ ...newSection(), zh: '其他' });
  form.sections[0]!.criteria[0]!.options = [{ key: 'x', zh: '甲', en: '', points: 1 }];
  const done = filled(form);
  expect([done.en, done.sections[3]!.en]).toEqual(['通用评分表', '其他']);
  expect(done.sections[0]!.criteria[0]!.options).toEqual([]);
  expect(done.sections[1]!.criteria[1]!.options).toHaveLength(3);
});

test('an item moves up and the first one stays', () => {
  expect([movedUp(['a', 'b', 'c'], 2), movedUp(['a', 'b'], 0)]).toEqual([['a', 'c', 'b'], ['a', 'b']]);
});
