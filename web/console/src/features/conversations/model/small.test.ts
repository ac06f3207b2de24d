import { beforeEach, describe, expect, it } from 'vitest';
import { draftTexts, emptyDraft, loadDraft, prune, saveDraft, type Draft } from './drafts';
import { asksToSend, triggerAt, insertAt } from './typing';
import { score, search } from './fuzzy';
import { loadPinyin, searchKeys } from './pinyin';
import { fromInputValue, snoozeUntil, toInputValue } from './snooze';

describe('fuzzy search', () => {
  it('likes a beginning more than a word inside, and that more than scattered letters', () => {
    const points = [score('refund', 're'), score('the refund', 're'), score('core', 're'), score('r-u-e', 're')].map((s) => s ?? -1);
    expect([...points].sort((a, b) => b - a)).toEqual(points);
    expect(score('退货政策', '发票')).toBeNull();
  });

  it('finds Chinese by pinyin, in full and by first letters', async () => {
    const speak = await loadPinyin();
    const items = ['退货政策', '发票开具', 'Shipping time'].map((text) => ({ value: text, keys: searchKeys(speak, text) }));
    expect(search(items, 'tuihuo', 5)[0]).toBe('退货政策');
    expect(search(items, 'fpkj', 5)[0]).toBe('发票开具');
    expect(search(items, '退货', 5)).toEqual(['退货政策']);
    expect(search(items, 'ship', 5)[0]).toBe('Shipping time');
    expect(search(items, '', 2)).toHaveLength(2);
  });
});

describe('snooze', () => {
  it('means tomorrow morning and next Monday morning', () => {
    const saturday = new Date(2026, 2, 7, 22, 15).getTime();
    expect(new Date(snoozeUntil('tomorrow', saturday))).toEqual(new Date(2026, 2, 8, 9));
    expect(new Date(snoozeUntil('next_week', saturday))).toEqual(new Date(2026, 2, 9, 9));
    const monday = new Date(2026, 2, 9, 8).getTime();
    expect(new Date(snoozeUntil('next_week', monday))).toEqual(new Date(2026, 2, 16, 9));
    expect(fromInputValue(toInputValue(monday))).toBe(monday);
    expect(fromInputValue('')).toBeNull();
  });

  it('goes by the clock that is shown, wherever the browser is', () => {
    const fridayNightInShanghai = Date.UTC(2026, 2, 6, 15, 30);
    for (const [zone, offset] of [['Asia/Shanghai', 8], ['UTC', 0], ['America/New_York', -5]] as const) {
      const at = snoozeUntil('tomorrow', fridayNightInShanghai, zone);
      expect(at).toBe(Date.UTC(2026, 2, 7, 9 - offset));
      expect(toInputValue(at, zone)).toBe('2026-03-07T09:00');
      expect(fromInputValue('2026-03-07T09:00', zone)).toBe(at);
    }
    const beforeTheClocksChange = Date.UTC(2026, 2, 7, 17);
    expect(snoozeUntil('tomorrow', beforeTheClocksChange, 'America/New_York')).toBe(Date.UTC(2026, 2, 8, 13));
    expect(snoozeUntil('next_week', fridayNightInShanghai, 'Asia/Shanghai')).toBe(Date.UTC(2026, 2, 9, 1));
  });
});

describe('drafts', () => {
  const draft = (text: string, at = 1): Draft => ({ ...emptyDraft(), reply: { text, attachments: [] }, at });
  beforeEach(() => localStorage.clear());

  it('survive by person and conversation, and go when emptied', () => {
    saveDraft('me', 'cnv_1', draft('还没写完'));
    expect(loadDraft('me', 'cnv_1')?.reply.text).toBe('还没写完');
    expect(loadDraft('other', 'cnv_1')).toBeNull();
    expect(draftTexts('me')).toEqual(new Map([['cnv_1', '还没写完']]));
    saveDraft('me', 'cnv_1', draft(''));
    expect(loadDraft('me', 'cnv_1')).toBeNull();
  });

  it('show their words, and the names of files where there are none', () => {
    const file = { id: 'att_1', name: '发票.pdf', media_type: 'application/pdf', size_bytes: 1 };
    saveDraft('me', 'cnv_1', { ...emptyDraft(), note: { text: ' 先问仓库 ', attachments: [] }, at: 1 });
    saveDraft('me', 'cnv_2', { ...emptyDraft(), reply: { text: '', attachments: [file] }, at: 1 });
    expect(draftTexts('me')).toEqual(
      new Map([
        ['cnv_1', '先问仓库'],
        ['cnv_2', '发票.pdf'],
      ]),
    );
  });

  it('keep the newest only, and do not trust what is stored', () => {
    for (let i = 0; i < 5; i++) saveDraft('me', `cnv_${i}`, draft('x', i));
    prune(2);
    expect([...draftTexts('me').keys()].sort()).toEqual(['cnv_3', 'cnv_4']);
    localStorage.setItem('qn.draft.me.bad', '{"text":1}');
    expect(loadDraft('me', 'bad')).toBeNull();
    localStorage.setItem('qn.draft.me.bad', '{{');
    expect(loadDraft('me', 'bad')).toBeNull();
  });
});

describe('typing', () => {
  const key = (over: Partial<Parameters<typeof asksToSend>[0]> = {}) => ({
    key: 'Enter',
    keyCode: 13,
    isComposing: false,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    ...over,
  });

  it('never sends with the Enter that commits composed text', () => {
    expect(asksToSend(key({ isComposing: true }), 'enter')).toBe(false);
    expect(asksToSend(key({ keyCode: 229 }), 'enter')).toBe(false);
    expect(asksToSend(key({ keyCode: 229, ctrlKey: true }), 'mod_enter')).toBe(false);
  });

  it('sends with the key of choice; the other one makes a line', () => {
    expect(asksToSend(key(), 'enter')).toBe(true);
    expect(asksToSend(key({ shiftKey: true }), 'enter')).toBe(false);
    expect(asksToSend(key(), 'mod_enter')).toBe(false);
    expect(asksToSend(key({ metaKey: true }), 'mod_enter')).toBe(true);
    expect(asksToSend(key({ ctrlKey: true }), 'mod_enter')).toBe(true);
    expect(asksToSend(key({ key: 'a' }), 'enter')).toBe(false);
  });

  it('opens suggestions after / and #, not inside addresses and dates', () => {
    expect(triggerAt('/tui', 4)).toEqual({ kind: 'canned', query: 'tui', from: 0 });
    expect(triggerAt('您好,/退货', 6)).toEqual({ kind: 'canned', query: '退货', from: 3 });
    expect(triggerAt('看 #发票', 5)).toEqual({ kind: 'article', query: '发票', from: 2 });
    for (const text of ['https://a.b/c', '3/5', 'and/or', '/a b', 'x']) expect(triggerAt(text, text.length)).toBeNull();
  });

  it('replaces what was typed to find it', () => {
    expect(insertAt('好的/tui 谢谢', 2, 6, '可以退货')).toEqual({ text: '好的可以退货 谢谢', caret: 6 });
  });
});
