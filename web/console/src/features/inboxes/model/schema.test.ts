import { expect, test } from 'vitest';
import { cleaned, fieldsOf, missing, wordsOf } from './schema';

const words = (zh: string, en: string) => ({ 'zh-CN': { title: zh, description: `${zh}。` }, en: { title: en, description: `${en}.` } });
const schema = {
  'x-i18n': words('微信', 'WeChat'),
  required: ['app_id', 'app_secret'],
  properties: {
    receive: { type: 'string', enum: ['stream', 'http'], default: 'stream', 'x-i18n': words('方式', 'Way') },
    app_id: { type: 'string', maxLength: 500, 'x-i18n': words('编号', 'App id') },
    app_secret: { type: 'string', 'x-secret': true, 'x-i18n': words('密钥', 'Secret') },
    port: { type: 'integer', default: 2775 },
    quiet: { type: 'boolean' },
  },
};

test('required fields come first, each with its control and words', () => {
  const fields = fieldsOf(schema, 'en');
  expect(fields.map((field) => [field.name, field.kind])).toEqual([
    ['app_id', 'text'],
    ['app_secret', 'secret'],
    ['receive', 'choice'],
    ['port', 'number'],
    ['quiet', 'switch'],
  ]);
  expect(fields[0]).toMatchObject({ title: 'App id', hint: 'App id.', max: 500, required: true });
  expect(fields[3]).toMatchObject({ title: 'port', placeholder: '2775' });
  expect(fields[4]?.placeholder).toBe('');
  expect(wordsOf(schema, 'zh-CN').title).toBe('微信');
});

test('a secret that is kept need not be typed again', () => {
  const fields = fieldsOf(schema, 'zh-CN');
  expect(missing(fields, { app_id: ' ' }, [])).toEqual(['app_id', 'app_secret']);
  expect(missing(fields, { app_id: 'wx1' }, ['app_secret'])).toEqual([]);
  expect(cleaned({ a: ' x ', b: '', c: false, d: 0 })).toEqual({ a: 'x', c: false, d: 0 });
});
