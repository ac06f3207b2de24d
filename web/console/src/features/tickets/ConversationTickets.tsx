// Beside a conversation: the tickets about it, and a new one.
import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { refreshResource } from '../../api';
import { Link } from '../../app/router';
import { useT } from '../../i18n';
import { Button } from '../../ui';
import { useTicketsOf } from './api';
import { StateBadge } from './Badges';
import { Countdown } from './Countdown';
import { ticketMessages } from './messages';
import { NewTicketDialog } from './NewTicketDialog';
import styles from './Tickets.module.css';

export function ConversationTickets({ conversationId, seq }: { conversationId: string; seq: number }) {
  const t = useT(ticketMessages);
  const client = useQueryClient();
  const tickets = useTicketsOf(conversationId);
  const [opening, setOpening] = useState(false);
  useEffect(() => void refreshResource(client, 'tickets'), [client, seq]);
  const items = tickets.data?.items ?? [];
  return (
    <div className={styles.panel}>
      {items.map((ticket) => (
        <span key={ticket.id}>
          <Link to={`/tickets/${ticket.id}`}>
            #{ticket.number} {ticket.title}
          </Link>{' '}
          <StateBadge state={ticket.state} /> <Countdown ticket={ticket} />
        </span>
      ))}
      {tickets.data && items.length === 0 && <p className={styles.quiet}>{t('none')}</p>}
      <Button size="sm" icon="plus" onClick={() => setOpening(true)}>
        {t('new')}
      </Button>
      {opening && <NewTicketDialog conversationId={conversationId} onClose={() => setOpening(false)} onOpened={() => {}} />}
    </div>
  );
}
