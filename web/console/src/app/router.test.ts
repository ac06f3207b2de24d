import { expect, test } from 'vitest';
import { match } from './router';

test('matches literal parts and takes params', () => {
  expect(match('/contacts/:id', '/contacts/con_1')).toEqual({ id: 'con_1' });
  expect(match('/contacts/:id', '/contacts')).toBeNull();
  expect(match('/contacts/:id', '/inboxes/con_1')).toBeNull();
  expect(match('/', '/')).toEqual({});
});

test('broken escapes do not throw', () => {
  expect(match('/a/:x', '/a/%E4%BD%A0')).toEqual({ x: '你' });
  expect(match('/a/:x', '/a/%ZZ')).toEqual({ x: '%ZZ' });
});
