import { expect, test } from 'vitest';
import { fromHuman, toHuman } from './duration';
import { fieldsOf, isAsked } from './form';
import { choicesOf, linesOf } from './forms';
import { indexKinds, findKinds } from './palette';
import { namesOf, suggestFor, wordAt } from './scope';
import { kindOf, refund } from './testing';

const qn = (widget: string) => ({ widget, zh: widget, en: widget });

test('the registry says what to edit a setting with; the type decides where it does not', () => {
  const fields = fieldsOf({
    type: 'object',
    required: ['url'],
    properties: {
      save: { type: ['string', 'null'], 'x-qn': qn('variable') },
      url: { type: 'string', 'x-qn': qn('template') },
      method: { type: 'string', enum: ['GET', 'POST'] },
      set: { type: 'array', items: { type: 'object', properties: { value: { type: 'string', 'x-qn': qn('expression') } } } },
      auth: { anyOf: [{ type: 'object', properties: { secret: { type: 'string' } } }, { type: 'null' }] },
      wait_ms: { type: 'integer' },
      body: {},
    },
  });
  expect(fields.map((field) => `${field.name}:${field.control.is}${field.required ? '!' : ''}`)).toEqual(['set:rows', 'method:choice', 'url:template!', 'body:json', 'auth:group', 'wait_ms:duration', 'save:variable']);
});

test('a start asks only what belongs to its trigger', () => {
  expect(isAsked('start', 'phrases', { trigger: 'schedule' })).toBe(false);
  expect(isAsked('start', 'cron', { trigger: 'schedule' })).toBe(true);
  expect(isAsked('start', 'event', { trigger: 'alarm' })).toBe(false);
  expect(['alarm', 'severity', 'severities', 'labels', 'resolved', 'words'].every((field) => isAsked('start', field, { trigger: 'alarm' }))).toBe(true);
  expect(['alarm', 'severity', 'severities', 'labels', 'resolved'].some((field) => isAsked('start', field, { trigger: 'webhook' }))).toBe(false);
  expect([isAsked('start', 'form_for', { trigger: 'form' }), isAsked('start', 'form_title', { trigger: 'api' }), isAsked('start', 'phrases', { trigger: 'form' })]).toEqual([true, false, false]);
  expect(isAsked('say', 'phrases', undefined)).toBe(true);
});

test('names are offered where they can stand', () => {
  expect(wordAt('你好 nam', 6, true)).toBeNull();
  expect(wordAt('你好 {{ lim', 9, true)).toEqual({ word: 'lim', from: 6 });
  expect(wordAt('amount <= li', 12, false)).toEqual({ word: 'li', from: 10 });
  expect(suggestFor('lim', namesOf(refund()), true)[0]?.text).toBe('limit');
  expect(suggestFor('severity', namesOf(refund()), false)).toEqual([]);
  const alarmed = { ...refund(), nodes: [{ id: 'start', kind: 'start', settings: { trigger: 'alarm' } }] };
  expect(suggestFor('severity', namesOf(alarmed), false)[0]?.text).toBe('context.event.severity');
});

test('choices are typed one a line, with what people read in either language', () => {
  const choices = [{ value: 'hw', zh: '硬件', en: 'Hardware' }, { value: 'sw', en: 'Software' }, { value: 'other', zh: '其他' }, { value: '无' }];
  expect(choicesOf('hw | 硬件 | Hardware\nsw ｜ | Software\n\n | \nother|其他\n无 ')).toEqual(choices);
  expect(choicesOf(linesOf(choices))).toEqual(choices);
});

test('lengths of time keep their value in every unit', () => {
  expect(toHuman(90_000)).toEqual({ amount: 1.5, unit: 'minute' });
  expect(toHuman(2_000)).toEqual({ amount: 2, unit: 'second' });
  expect(fromHuman(2, 'hour')).toBe(7_200_000);
});

test('steps are found by both languages and by pinyin', () => {
  const ask = { ...kindOf('say'), name: 'ask', zh: '询问客户', en: 'Ask' };
  const speak = () => ({ full: 'xunwenkehu', initials: 'xwkh' });
  const index = indexKinds([ask, { ...kindOf('end'), zh: 'end' }], speak);
  for (const typed of ['询问', 'ask', 'xunwen', 'xwkh']) expect(findKinds(index, typed)[0]?.name).toBe('ask');
});
