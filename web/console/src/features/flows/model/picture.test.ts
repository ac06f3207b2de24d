import { expect, test } from 'vitest';
import { fieldsOf } from './form';
import { PICTURE_BYTES_MAX, refusalOf, uploadedName } from './picture';

test('an uploaded picture is known by its address, and everything else is an address to fetch from', () => {
  expect(uploadedName('/api/v1/attachments/att_01HZX/%E7%BA%A2%20a.png')).toBe('红 a.png');
  expect(uploadedName(' /api/v1/attachments/att_01HZX/a.png ')).toBe('a.png');
  expect(uploadedName('/api/v1/attachments/att_01HZX/100%.png')).toBe('100%.png');
  for (const other of ['', 'https://shop.example/api/v1/attachments/att_1/a.png', '{{ url }}', '/api/v1/attachments/{{ id }}/a.png', '/api/v1/contacts/con_1/a']) expect(uploadedName(other), other).toBeNull();
});

test('only pictures that every channel takes go up', () => {
  expect(refusalOf({ type: 'image/png', size: PICTURE_BYTES_MAX })).toBeNull();
  expect(refusalOf({ type: '', size: 10 })).toBeNull();
  expect(refusalOf({ type: 'image/svg+xml', size: 10 })).toBe('pictureKind');
  expect(refusalOf({ type: 'application/pdf', size: PICTURE_BYTES_MAX + 1 })).toBe('pictureKind');
  expect(refusalOf({ type: 'image/webp', size: PICTURE_BYTES_MAX + 1 })).toBe('pictureSize');
});

test('the address of a picture is edited where it can be uploaded', () => {
  const words = (widget: string) => ({ widget, zh: widget, en: widget });
  const picture = { type: 'object', required: ['url', 'alt'], properties: { alt: { type: 'string', 'x-qn': words('template') }, url: { type: 'string', 'x-qn': words('picture') } } };
  const [images] = fieldsOf({ type: 'object', properties: { images: { type: 'array', items: picture, 'x-qn': words('list') } } });
  const control = images?.control;
  expect(control?.is === 'rows' && control.fields.map((field) => `${field.name}:${field.control.is}`)).toEqual(['url:picture', 'alt:template']);
});
