import { expect, test } from 'vitest';
import { toLines } from './lines';

test('a pasted column becomes lines', () => {
  expect(toLines('怎么退货\t退货\r\n\r\n  I want to return it  \n"说""退""就退"\n')).toEqual(['怎么退货', 'I want to return it', '说"退"就退']);
  expect(toLines(' \n\t\n')).toEqual([]);
});
