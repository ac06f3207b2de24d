import { describe, expect, it } from 'vitest';
import { EMPTY_THREAD, firstHole, mergeLatest, prependPage, putMessage, putMessages, type Thread } from './thread';
import { makeMessage as m } from './testing';

const run = (...seqs: number[]): Thread => ({ items: seqs.map((seq) => m(seq)), hasMoreBefore: true });
const seqs = (thread: Thread) => thread.items.map((message) => message.seq);

describe('thread', () => {
  it('orders by seq whatever the order of arrival, each once', () => {
    const thread = [m(3), m(1), m(2), m(3), m(1)].reduce((all, message) => putMessages(all, [message]), EMPTY_THREAD);
    expect(seqs(thread)).toEqual([1, 2, 3]);
    expect(firstHole(thread)).toBeNull();
  });

  it('sees a hole and closes it', () => {
    const broken = putMessage(run(1, 2), m(5));
    expect(firstHole(broken)).toEqual({ after: 2, before: 5 });
    expect(firstHole(putMessages(broken, [m(4), m(3)]))).toBeNull();
  });

  it('leaves what is older than the loaded run on the server', () => {
    expect(seqs(putMessage(run(10, 11), m(3)))).toEqual([10, 11]);
  });

  it('keeps an edit when the older text comes late, and never steps back in delivery', () => {
    const edited = m(1, { edited_at: 50, content: { text: '新', format: 'text' } });
    expect(putMessages({ items: [edited], hasMoreBefore: false }, [m(1)]).items[0]?.content.text).toBe('新');
    const read = m(2, { state: 'read' });
    expect(putMessages({ items: [read], hasMoreBefore: false }, [m(2, { state: 'sent' })]).items[0]?.state).toBe('read');
  });

  it('joins the newest page to the loaded history when they touch, else starts over', () => {
    const page = (items: number[]) => ({ items: items.map((seq) => m(seq)), has_more_before: true, has_more_after: false });
    expect(seqs(mergeLatest(run(1, 2, 3), page([3, 4])))).toEqual([1, 2, 3, 4]);
    expect(seqs(mergeLatest(run(1, 2, 3), page([4, 5])))).toEqual([1, 2, 3, 4, 5]);
    expect(seqs(mergeLatest(run(1, 2, 3), page([9, 10])))).toEqual([9, 10]);
    expect(mergeLatest({ ...run(1, 2), hasMoreBefore: false }, page([2, 3])).hasMoreBefore).toBe(false);
  });

  it('grows backwards', () => {
    const page = { items: [m(1), m(2)], has_more_before: false, has_more_after: true };
    const thread = prependPage(run(3, 4), page);
    expect(seqs(thread)).toEqual([1, 2, 3, 4]);
    expect(thread.hasMoreBefore).toBe(false);
  });
});
