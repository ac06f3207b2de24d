// How long a ticket still has, as conversations show it.
import type { TicketView } from '@qingniao/shared/ticket';
import { SlaChips } from '../conversations/ui/marks/SlaChips';
import { dueOf } from './due';
import styles from './Tickets.module.css';

export function Countdown({ ticket }: { ticket: TicketView }) {
  const due = dueOf(ticket);
  return due.length === 0 ? null : (
    <span className={styles.countdown}>
      <SlaChips sla={due} all />
    </span>
  );
}
