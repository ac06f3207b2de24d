import { expect, test } from 'vitest';
import { draftOf, policyOf, problemsOf } from './policy';

test('per cent on the screen, shares for the server, null where it is off', () => {
  const draft = draftOf({ suggest: 0.1, link: null, version: 0 });
  expect(draft).toEqual({ suggests: true, suggest: '10', links: false, link: '99' });
  expect(policyOf(draft)).toEqual({ suggest: 0.1, link: null });
  expect(policyOf({ ...draft, links: true, link: '99.9' })).toEqual({ suggest: 0.1, link: 0.999 });
  expect(policyOf({ ...draft, suggests: false })).toEqual({ suggest: null, link: null });
});

test('what the server would refuse is said first', () => {
  const draft = draftOf({ suggest: 0.1, link: 0.99, version: 1 });
  expect(problemsOf(draft)).toEqual({ suggest: false, link: false });
  expect(problemsOf({ ...draft, suggest: '0' }).suggest).toBe(true);
  expect(problemsOf({ ...draft, suggest: '' }).suggest).toBe(true);
  expect(problemsOf({ ...draft, link: '80' }).link).toBe(true);
  expect(problemsOf({ ...draft, suggest: '98', link: '95' }).link).toBe(true);
  expect(problemsOf({ ...draft, links: false, link: '80' }).link).toBe(false);
});
