import { describe, expect, it } from 'vitest';
import { explanationMessages } from '../ui/context/explanation-messages';
import { WHY_NOT, readExplanation } from './explanation';

describe('readExplanation', () => {
  it('reads why nobody could, by whose rules, and how many were kept from it by what', () => {
    const told = readExplanation({
      reason: 'nobody_skilled',
      policy: 3,
      why_not: { lacks_skill: 2, offline: 1 },
      considered: {
        team_id: null,
        skills: [{ skill: 'gold', level: 2 }],
        priority: 30,
        rules: [{ id: 'gold', name: '黄金客户' }],
        waited_ms: 5,
        considered: [],
        omitted: 0,
      },
    });
    expect(told).toMatchObject({ policy: 3, rules: ['黄金客户'], points: 30, skills: [{ skill: 'gold', level: 2 }], waitedMs: 5 });
    expect(told?.counts).toEqual([
      { whyNot: 'lacks_skill', people: 2 },
      { whyNot: 'offline', people: 1 },
    ]);
  });

  it('knows every word of the router in both languages', () => {
    for (const words of [explanationMessages.zh, explanationMessages.en]) {
      for (const why of WHY_NOT) expect(words[`not_${why}`]).not.toBe('');
    }
  });

  it('gives up on what it cannot read', () => {
    expect(readExplanation(null)).toBeNull();
    expect(readExplanation({ reason: 'x', considered: 4 })).toBeNull();
  });
});
