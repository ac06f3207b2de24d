import { expect, test } from 'vitest';
import { askFor, countOf, WHOSE, whoseOf } from './whose';

test('what waits in a team is asked for as nobody\'s in my teams, and a word that is none means everybody', () => {
  expect(askFor('team')).toEqual({ assignee: 'none', team: 'mine' });
  expect((['', 'me', 'none'] as const).map(askFor)).toEqual([{ assignee: '', team: '' }, { assignee: 'me', team: '' }, { assignee: 'none', team: '' }]);
  expect(whoseOf('team')).toBe('team');
  expect(whoseOf('them')).toBe('');
});

test('only what waits for the reader is counted', () => {
  expect(WHOSE.map((whose) => countOf(whose, { mine: 3, team_unassigned: 2 }))).toEqual([null, 3, 2, null]);
  expect(countOf('me', undefined)).toBe(null);
});
