import { describe, expect, it } from 'vitest';
import type { SuggestionView } from '@qingniao/shared/api';
import { insertOf, waitingSeq, whyOf } from './assist';
import { makeConversation as c, makeMessage as m } from './testing';

const agent = { kind: 'agent' as const, id: 'usr_1', name: '安' };
const item: SuggestionView = {
  key: 'article:art_1',
  source: 'article',
  title: '怎么退货?',
  text: '签收后 **7 天**内',
  language: 'zh-CN',
  confidence: 0.9,
  article_ids: ['art_1'],
  internal: false,
};

describe('waitingSeq', () => {
  const asked = [m(1, { kind: 'incoming' }), m(2, { kind: 'outgoing' })];
  it('is the last question nobody answered', () => {
    const mine = c({ owner: { kind: 'agent', agent_id: 'usr_1' } });
    expect(waitingSeq(mine, asked, 'usr_1')).toBe(1);
    expect(waitingSeq(mine, [...asked, m(3, { kind: 'outgoing', author: agent })], 'usr_1')).toBe(0);
    expect(waitingSeq(mine, [...asked, m(3, { kind: 'note', author: agent })], 'usr_1')).toBe(1);
    expect(waitingSeq(mine, [m(1, { kind: 'incoming', recalled_at: 5 })], 'usr_1')).toBe(0);
  });
  it('is nothing where somebody else answers', () => {
    expect(waitingSeq(c({ owner: { kind: 'bot' } }), asked, 'usr_1')).toBe(0);
    expect(waitingSeq(c({ owner: { kind: 'agent', agent_id: 'usr_2' } }), asked, 'usr_1')).toBe(0);
    expect(waitingSeq(c({ owner: { kind: 'queue', team_id: null } }), asked, 'usr_1')).toBe(1);
    expect(waitingSeq(c({ owner: { kind: 'queue', team_id: null }, status: 'resolved' }), asked, 'usr_1')).toBe(0);
  });
});

describe('insertOf', () => {
  it('names the source of an article', () => {
    expect(insertOf(item, true, 'https://x.example')).toBe('签收后 **7 天**内\n\n[怎么退货?](https://x.example/help/zh-CN/art_1)');
    expect(insertOf(item, false, 'https://x.example')).toBe('签收后 7 天内\nhttps://x.example/help/zh-CN/art_1');
    expect(insertOf({ ...item, source: 'draft' }, true, 'https://x.example')).toBe('签收后 **7 天**内');
  });
});

describe('whyOf', () => {
  it('has words for every reason', () => {
    expect(whyOf('llm_budget')).toBe('llm_budget');
    expect(whyOf('dns_failed')).toBe('other');
  });
});
