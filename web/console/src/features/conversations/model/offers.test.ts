import { describe, expect, it } from 'vitest';
import { makeConversation } from './testing';
import { placeOffer } from './offers';

const offered = (id: string, version: number, to: string, at: number) =>
  makeConversation({ id, version, owner: { kind: 'agent', agent_id: 'lin' }, transfer: { from: 'lin', to, note: '', at } });

describe('placeOffer', () => {
  it('holds what is offered to this person only, newest first', () => {
    let offers = placeOffer([], offered('cnv_1', 2, 'me', 10), 'me');
    offers = placeOffer(offers, offered('cnv_2', 2, 'me', 20), 'me');
    offers = placeOffer(offers, offered('cnv_3', 2, 'emma', 30), 'me');
    expect(offers.map((offer) => offer.id)).toEqual(['cnv_2', 'cnv_1']);
  });

  it('lets go of what was taken, declined, lapsed or offered to somebody else', () => {
    const offers = [offered('cnv_1', 2, 'me', 10)];
    expect(placeOffer(offers, makeConversation({ id: 'cnv_1', version: 3 }), 'me')).toEqual([]);
    expect(placeOffer(offers, offered('cnv_1', 3, 'emma', 30), 'me')).toEqual([]);
  });

  it('is not moved by an older state', () => {
    const offers = [offered('cnv_1', 2, 'me', 10)];
    expect(placeOffer(offers, makeConversation({ id: 'cnv_1', version: 1 }), 'me')).toBe(offers);
  });
});
