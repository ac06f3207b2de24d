import { describe, expect, it } from 'vitest';
import type { ConversationFilter, SlaDue } from '@qingniao/shared/api';
import { EVERYTHING, judge, movesWithTime, type Known } from './filter';
import { makeConversation as make } from './testing';

const known: Known = {
  now: 1_000_000,
  channelOf: (id) => (id === 'inb_1' ? 'web' : undefined),
  teamsOf: (id) => (id === 'me' ? ['tea_1'] : undefined),
};
const mine = make({ owner: { kind: 'agent', agent_id: 'me' }, labels: ['投诉', '加急'], mood: 'anger', participants: ['you'] });
const asks = (filter: Partial<ConversationFilter>, c = mine) => judge(c, { ...EVERYTHING, ...filter }, 'me', known);
const due = (over: Partial<SlaDue>): SlaDue => ({ metric: 'first_response', due_at: 2_000_000, warn_at: 1_500_000, breached: false, paused: false, done_at: null, ...over });

describe('filters', () => {
  it('say nothing where they are empty', () => {
    expect(asks({})).toBe('in');
  });

  it('take any of the owners, and only who asks as me', () => {
    expect(asks({ owners: ['me'] })).toBe('in');
    expect(asks({ owners: ['queue'], agent_ids: ['me'] })).toBe('in');
    expect(asks({ owners: ['queue', 'bot'] })).toBe('out');
    expect(judge(mine, { ...EVERYTHING, owners: ['me'] }, 'you', known)).toBe('out');
    expect(judge(mine, { ...EVERYTHING, with_me: true }, 'you', known)).toBe('in');
    expect(asks({ with_me: true })).toBe('out');
  });

  it('find a team by its queue and by its people, and leave to the server what is not known here', () => {
    expect(asks({ team_ids: ['tea_1'] })).toBe('in');
    expect(asks({ team_ids: ['tea_1'] }, make({ owner: { kind: 'queue', team_id: 'tea_1' } }))).toBe('in');
    expect(asks({ team_ids: ['tea_1'] }, make({ owner: { kind: 'agent', agent_id: 'stranger' } }))).toBe('unknown');
    expect(asks({ channels: ['web'] })).toBe('in');
    expect(asks({ channels: ['web'] }, make({ inbox_id: 'inb_9' }))).toBe('unknown');
    expect(asks({ channels: ['web'], statuses: ['resolved'] }, make({ inbox_id: 'inb_9' }))).toBe('out');
  });

  it('look at labels, moods, waits and promises', () => {
    expect(asks({ labels_any: ['没有', '加急'], labels_all: ['投诉'] })).toBe('in');
    expect(asks({ labels_all: ['投诉', '没有'] })).toBe('out');
    expect(asks({ moods: ['anger'] })).toBe('in');
    expect(asks({ moods: ['joy'] })).toBe('out');
    expect(asks({ waiting_minutes: 1 }, make({ waiting_since: 940_000 }))).toBe('in');
    expect(asks({ waiting_minutes: 1 }, make({ waiting_since: 940_001 }))).toBe('out');
    expect(asks({ sla: 'at_risk' }, make({ sla: [due({ warn_at: 900_000 })] }))).toBe('in');
    expect(asks({ sla: 'at_risk' }, make({ sla: [due({ warn_at: 900_000 }), due({ due_at: 1, warn_at: 0 })] }))).toBe('in');
    expect(asks({ sla: 'breached' }, make({ sla: [due({ breached: true, done_at: 1 })] }))).toBe('out');
    expect(movesWithTime({ ...EVERYTHING, sla: 'breached' })).toBe(true);
    expect(movesWithTime(EVERYTHING)).toBe(false);
  });
});
