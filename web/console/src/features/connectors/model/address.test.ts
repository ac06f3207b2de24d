import { expect, test } from 'vitest';
import { SCHEMES, hostOf, isAddress, isBound } from './address';
import { linesOf } from './lines';

test('an address is whole, and a secret is bound to its host with the port if it names one', () => {
  expect([isAddress('https://a.example/x'), isAddress('a.example'), isAddress('ftp://a.example')]).toEqual([true, false, false]);
  expect([hostOf('http://a.example:81/x'), hostOf('nothing')]).toEqual(['a.example:81', '']);
  expect(isBound(['a.example'], 'http://a.example:81/x')).toBe(true);
  expect(isBound(['a.example:82'], 'http://a.example:81/x')).toBe(false);
  expect(isBound(['a.example:443'], 'https://a.example')).toBe(true);
  expect([isAddress('smtps://mail.example', SCHEMES.smtp), isAddress('https://mail.example', SCHEMES.smtp), isAddress('smtp://', SCHEMES.smtp)]).toEqual([true, false, false]);
  expect([isAddress('sqlite:///data/shop.db', SCHEMES.sql), hostOf('postgres://db.example:5433/shop')]).toEqual([true, 'db.example:5433']);
  expect([isBound(['mail.example:465'], 'smtps://mail.example'), isBound(['mail.example:25'], 'smtps://mail.example')]).toEqual([true, false]);
  expect(linesOf(' a \n\nb:1')).toEqual(['a', 'b:1']);
});
