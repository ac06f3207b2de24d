// Transfers offered to this person, above whatever page they are on: an offer lapses in two minutes and must not wait to
// be found. The conversation on screen shows its own banner, so it is left out here.
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
import { OFFER_MS } from '../../model/offers';
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
  const accept = async (id: string): Promise<void> => {
    if ((await act(id, { do: 'transfer/accept' })) !== null) open(id);
  };
  const decline = async (id: string): Promise<void> => void (await act(id, { do: 'transfer/decline' }));
  useCommands({
    'offer.open': { run: () => newest && open(newest.id), when: () => newest !== undefined && newest.id !== openId },
    'offer.accept': { run: () => newest && void accept(newest.id), when: () => newest !== undefined },
    'offer.decline': { run: () => newest && void decline(newest.id), when: () => newest !== undefined },
  });

  return (
    <section className={styles.bar} aria-label={t('offerTitle')} aria-live="assertive">
      {offers
        .filter((offer) => offer.id !== openId)
        .slice(0, SHOWN_MAX)
        .map((offer) => (
          <Offer key={offer.id} offer={offer} onOpen={() => open(offer.id)} onAccept={() => accept(offer.id)} onDecline={() => decline(offer.id)} />
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
        {t('offerText', { name: user(offer.transfer?.from)?.name ?? t('unknownAgent'), contact: contactName(offer.contact, t) })}
        {note !== '' && (
          <span className={styles.note} dir="auto">
            {t('act_note', { note })}
          </span>
        )}
      </span>
      <TimeLeft at={offer.transfer?.at ?? 0} />
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
function TimeLeft({ at }: { at: number }) {
  const { formatDuration } = useFormat();
  const now = useNow('second');
  return (
    <span className={styles.left} aria-hidden="true">
      {formatDuration(Math.max(0, at + OFFER_MS - now))}
    </span>
  );
}
