import { expect, test } from 'vitest';
import { freshName, isSound, namesIn, newStatement, unknownNames, unusedNames, withInputs } from './statement';

test('names are found outside of quotes, and each becomes an input', () => {
  expect(namesIn("SELECT ':a', at::date FROM o WHERE no = :no AND 买家 = :买家 AND :no > 1")).toEqual(['no', '买家']);
  const written = { ...newStatement('query_1'), sql: 'SELECT 1 WHERE :no = 1' };
  expect(unknownNames(written)).toEqual(['no']);
  expect(isSound([written])).toBe(false);
  const whole = withInputs(written);
  expect([unknownNames(whole), whole.input.required, isSound([whole])]).toEqual([[], ['no'], true]);
  expect(unusedNames({ ...whole, sql: 'SELECT 1' })).toEqual(['no']);
  expect(isSound([whole, whole])).toBe(false);
  expect(freshName([whole])).toBe('query_2');
});
