// An open transfer: to this person with the choice, from this person with the wait.
import { useState } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { useSession } from '../../../../app/session';
import { useFormat, useT } from '../../../../i18n';
import { Button, Icon } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { messages } from '../../messages';
import { OFFER_MS } from '../../model/offers';
import { useNow } from '../clock';
import { useLookups } from '../lookups';
import styles from './ThreadPane.module.css';

export function TransferBanner({ conversation }: { conversation: ConversationView }) {
  const me = useSession().user.id;
  const offer = conversation.transfer;
  if (offer === null) return null;
  if (offer.to === me) return <Incoming conversation={conversation} from={offer.from} note={offer.note} />;
  return <Outgoing to={offer.to} at={offer.at} />;
}

function Incoming({ conversation, from, note }: { conversation: ConversationView; from: string; note: string }) {
  const t = useT(messages);
  const { user } = useLookups();
  const { act } = useConversationActions();
  const [busy, setBusy] = useState<'accept' | 'decline' | null>(null);
  const answer = (what: 'accept' | 'decline'): void => {
    setBusy(what);
    void act(conversation.id, { do: `transfer/${what}` }).finally(() => setBusy(null));
  };
  return (
    <div className={styles.transfer} role="alert">
      <Icon name="transfer" size={17} />
      <span className={styles.transferText}>
        {t('transferOfferedToYou', { name: user(from)?.name ?? t('unknownAgent') })}
        {note !== '' && (
          <span className={styles.transferNote} dir="auto">
            {t('act_note', { note })}
          </span>
        )}
      </span>
      <Button size="sm" busy={busy === 'decline'} onClick={() => answer('decline')}>
        {t('decline')}
      </Button>
      <Button size="sm" variant="primary" busy={busy === 'accept'} onClick={() => answer('accept')}>
        {t('accept')}
      </Button>
    </div>
  );
}

function Outgoing({ to, at }: { to: string; at: number }) {
  const t = useT(messages);
  const { formatDuration } = useFormat();
  const { user } = useLookups();
  const now = useNow('second');
  return (
    <div className={styles.transfer}>
      <Icon name="clock" size={17} />
      <span className={styles.transferText}>
        {t('transferWaiting', { name: user(to)?.name ?? t('unknownAgent'), time: formatDuration(Math.max(0, at + OFFER_MS - now)) })}
      </span>
    </div>
  );
}
