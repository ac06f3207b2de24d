// What colleagues and the router offer to this person: a short list beside the others, because it is not theirs before they take it.
import type { ConversationView } from '@qingniao/shared/api';

/** The server takes an unanswered offer back after this long. */
export const OFFER_MS = 2 * 60_000;

/** The offers with this state of the conversation among them, or not among them any more; newest first. */
export function placeOffer(offers: ConversationView[], c: ConversationView, me: string): ConversationView[] {
  const shown = offers.find((offer) => offer.id === c.id);
  if (shown !== undefined && shown.version > c.version) return offers;
  const isMine = c.transfer?.to === me || c.offer?.to === me;
  if (shown === undefined && !isMine) return offers;
  const rest = offers.filter((offer) => offer.id !== c.id);
  if (!isMine) return rest;
  return [...rest, c].sort((a, b) => offeredAt(b) - offeredAt(a));
}

const offeredAt = (c: ConversationView): number => c.offer?.at ?? c.transfer?.at ?? 0;

/** When it is over. */
export const offerEnds = (c: ConversationView): number => c.offer?.until ?? (c.transfer?.at ?? 0) + OFFER_MS;
