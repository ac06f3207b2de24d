import { describe, expect, it } from 'vitest';
import { type Item, type Keyed, Later, Outbox, Refused } from './outbox';

class Memory implements Keyed {
  map = new Map<string, string>();
  get length() { return this.map.size; }
  key(index: number) { return [...this.map.keys()][index] ?? null; }
  getItem(key: string) { return this.map.get(key) ?? null; }
  setItem(key: string, value: string) { this.map.set(key, value); }
  removeItem(key: string) { this.map.delete(key); }
}

function rig(storage: Keyed | null, deliver: (item: Item) => Promise<boolean | void>) {
  const timers: Array<{ ms: number; then: () => void }> = [];
  const outbox = new Outbox({
    storage, prefix: 'o.', deliver, changed: () => {}, now: () => 1000, random: () => 0.5, cancel: () => { timers.length = 0; },
    after: (ms, then) => timers.push({ ms, then }),
  });
  return { outbox, timers, tick: () => timers.shift()!.then() };
}
const settle = async () => { for (let i = 0; i < 20; i++) await Promise.resolve(); };

describe('the outbox', () => {
  it('delivers in order, one at a time, and forgets what was confirmed', async () => {
    const storage = new Memory();
    const got: string[] = [];
    const { outbox } = rig(storage, async (item) => { got.push(item.id); });
    for (const id of ['a', 'b', 'c']) outbox.add({ id, kind: 'message', body: {} });
    await settle();
    expect(got).toEqual([]);
    expect(storage.length).toBe(3);
    outbox.enable('ct_1', false);
    await settle();
    expect(got).toEqual(['a', 'b', 'c']);
    expect(storage.length).toBe(0);
  });
  it('keeps everything over a reload while the network is down, and backs off', async () => {
    const storage = new Memory();
    const first = rig(storage, () => Promise.reject(new Error('network')));
    first.outbox.enable('ct_1', false);
    first.outbox.add({ id: 'a', kind: 'message', body: { text: '你好' } });
    first.outbox.add({ id: 'b', kind: 'message', body: {} });
    await settle();
    first.tick();
    await settle();
    expect(first.timers[0]!.ms).toBeGreaterThan(1000);
    const got: Item[] = [];
    const second = rig(storage, async (item) => { got.push(item); });
    second.outbox.enable('ct_1', false);
    await settle();
    expect(got.map((item) => item.id)).toEqual(['a', 'b']);
    expect(got[0]!.body.text).toBe('你好');
  });
  it('sets a refused item aside and goes on; retry sends it again', async () => {
    let refuse = true;
    const got: string[] = [];
    const { outbox } = rig(new Memory(), async (item) => {
      if (item.id === 'bad' && refuse) throw new Refused('too_long');
      got.push(item.id);
    });
    outbox.enable('ct_1', false);
    outbox.add({ id: 'bad', kind: 'message', body: {} });
    outbox.add({ id: 'good', kind: 'message', body: {} });
    await settle();
    expect(got).toEqual(['good']);
    expect(outbox.items[0]).toMatchObject({ id: 'bad', failed: 'too_long' });
    refuse = false;
    outbox.retry('bad');
    await settle();
    expect(got).toEqual(['good', 'bad']);
  });
  it('shows what the server keeps until it comes, goes on, and makes sure on the next page', async () => {
    const storage = new Memory();
    const got: string[] = [];
    const deliver = async (item: Item) => { got.push(item.id); return item.id === 'slow'; };
    const { outbox } = rig(storage, deliver);
    outbox.enable('ct_1', false);
    for (const id of ['slow', 'next']) outbox.add({ id, kind: 'message', body: {} });
    await settle();
    expect(got).toEqual(['slow', 'next']);
    expect(outbox.mine()).toMatchObject([{ id: 'slow', kept: true }]);
    outbox.flush();
    await settle();
    expect(got).toHaveLength(2);
    // The site says who the visitor is: the item is written again, as theirs.
    outbox.enable('ct_2', true);

    const second = rig(storage, deliver);
    expect(second.outbox.items).toMatchObject([{ id: 'slow', contact: 'ct_2' }]);
    expect(second.outbox.items[0]!.kept).toBeUndefined();
    second.outbox.enable('ct_2', false);
    await settle();
    expect(got).toEqual(['slow', 'next', 'slow']);
    second.outbox.remove('slow');
    expect([second.outbox.items.length, storage.length]).toEqual([0, 0]);
  });
  it('leaves no trace of what came by the stream before its request was answered', async () => {
    const storage = new Memory();
    let answer: (kept: boolean) => void = () => {};
    const { outbox } = rig(storage, () => new Promise<boolean>((done) => { answer = done; }));
    outbox.enable('ct_1', false);
    outbox.add({ id: 'a', kind: 'message', body: {} });
    await settle();
    outbox.remove('a');
    answer(true);
    await settle();
    expect([outbox.mine(), storage.length]).toEqual([[], 0]);
  });
  it('waits as long as the server asks', async () => {
    const { outbox, timers } = rig(null, () => Promise.reject(new Later(7000)));
    outbox.enable('ct_1', false);
    outbox.add({ id: 'a', kind: 'message', body: {} });
    await settle();
    expect(timers[0]!.ms).toBe(7000);
  });
  it('never sends one visitor’s words as another’s', async () => {
    const storage = new Memory();
    const first = rig(storage, () => Promise.reject(new Error('network')));
    first.outbox.enable('ct_1', false);
    first.outbox.add({ id: 'a', kind: 'message', body: {} });
    await settle();
    const got: string[] = [];
    const second = rig(storage, async (item) => { got.push(item.id); });
    second.outbox.enable('ct_2', false);
    await settle();
    expect(got).toEqual([]);
    expect(second.outbox.mine()).toEqual([]);
    first.outbox.enable('ct_3', true);
    expect(first.outbox.mine()[0]!.contact).toBe('ct_3');
    first.outbox.clear();
    expect(storage.length).toBe(0);
  });
  it('lets two tabs add at once without losing either', () => {
    const storage = new Memory();
    const one = rig(storage, () => new Promise(() => {}));
    const two = rig(storage, () => new Promise(() => {}));
    one.outbox.add({ id: 'a', kind: 'message', body: {} });
    two.outbox.add({ id: 'b', kind: 'message', body: {} });
    expect(rig(storage, () => new Promise(() => {})).outbox.items.map((item) => item.id).sort()).toEqual(['a', 'b']);
  });
  it('survives damaged and forbidden storage', () => {
    const storage = new Memory();
    storage.setItem('o.x', '{broken');
    storage.setItem('o.y', '42');
    expect(rig(storage, async () => {}).outbox.items).toEqual([]);
    storage.setItem = () => { throw new Error('quota'); };
    const { outbox } = rig(storage, () => new Promise(() => {}));
    outbox.add({ id: 'a', kind: 'message', body: {} });
    expect(outbox.items).toHaveLength(1);
  });
});
