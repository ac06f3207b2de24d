// What colleagues and the router offer to this person, above whatever page they are on: an offer lapses soon and must not wait to
// be found. A transfer of the conversation on screen shows its own banner, so it is left out here.
import { useState } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { match, navigate, useLocation } from '../../../../app/router';
import { useCommands } from '../../../../commands';
import { useFormat, useT } from '../../../../i18n';
import { Button, Icon } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { useOffers } from '../../api/queries';
import { messages } from '../../messages';
import { contactName } from '../../model/names';
import { offerEnds } from '../../model/offers';
import { useNow } from '../clock';
import { useLookups } from '../lookups';
import styles from './OfferBar.module.css';

const SHOWN_MAX = 3;

export function OfferBar() {
  const t = useT(messages);
  const { path } = useLocation();
  const offers = useOffers();
  const { act } = useConversationActions();
  const openId = match('/conversations/:id', path)?.id ?? null;
  const newest = offers[0];

  const open = (id: string): void => navigate(`/conversations/${id}`);
  const accept = async (offer: ConversationView): Promise<void> => {
    if ((await act(offer.id, { do: offer.offer ? 'offer/accept' : 'transfer/accept' })) !== null) open(offer.id);
  };
  const decline = async (offer: ConversationView): Promise<void> =>
    void (await act(offer.id, { do: offer.offer ? 'offer/decline' : 'transfer/decline' }));
  useCommands({
    'offer.open': { run: () => newest && open(newest.id), when: () => newest !== undefined && newest.id !== openId },
    'offer.accept': { run: () => newest && void accept(newest), when: () => newest !== undefined },
    'offer.decline': { run: () => newest && void decline(newest), when: () => newest !== undefined },
  });

  return (
    <section className={styles.bar} aria-label={t('offerTitle')} aria-live="assertive">
      {offers
        .filter((offer) => offer.offer !== null || offer.id !== openId)
        .slice(0, SHOWN_MAX)
        .map((offer) => (
          <Offer key={offer.id} offer={offer} onOpen={() => open(offer.id)} onAccept={() => accept(offer)} onDecline={() => decline(offer)} />
        ))}
    </section>
  );
}

interface OfferProps {
  offer: ConversationView;
  onOpen(): void;
  onAccept(): Promise<void>;
  onDecline(): Promise<void>;
}

function Offer({ offer, onOpen, onAccept, onDecline }: OfferProps) {
  const t = useT(messages);
  const { user } = useLookups();
  const [busy, setBusy] = useState<'accept' | 'decline' | null>(null);
  const answer = (what: 'accept' | 'decline', deed: () => Promise<void>): void => {
    setBusy(what);
    void deed().finally(() => setBusy(null));
  };
  const note = offer.transfer?.note ?? '';
  return (
    <div className={styles.offer}>
      <Icon name="transfer" size={17} />
      <span className={styles.text}>
        {offer.offer !== null && t('routedText', { contact: contactName(offer.contact, t), text: offer.handoff?.wish || offer.last_text })}
        {offer.offer === null && t('offerText', { name: user(offer.transfer?.from)?.name ?? t('unknownAgent'), contact: contactName(offer.contact, t) })}
        {note !== '' && (
          <span className={styles.note} dir="auto">
            {t('act_note', { note })}
          </span>
        )}
      </span>
      <TimeLeft until={offerEnds(offer)} />
      <span className={styles.buttons}>
        <Button size="sm" onClick={onOpen}>
          {t('offerOpen')}
        </Button>
        <Button size="sm" busy={busy === 'decline'} onClick={() => answer('decline', onDecline)}>
          {t('decline')}
        </Button>
        <Button size="sm" variant="primary" busy={busy === 'accept'} onClick={() => answer('accept', onAccept)}>
          {t('accept')}
        </Button>
      </span>
    </div>
  );
}

/** For the eye only: read aloud every second it would disturb. */
function TimeLeft({ until }: { until: number }) {
  const { formatDuration } = useFormat();
  const now = useNow('second');
  return (
    <span className={styles.left} aria-hidden="true">
      {formatDuration(Math.max(0, until - now))}
    </span>
  );
}
