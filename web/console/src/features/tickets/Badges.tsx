import type { TicketPriority, TicketState } from '@qingniao/shared/ticket';
import { useT } from '../../i18n';
import { Badge, type Tone } from '../../ui';
import { ticketMessages } from './messages';

const STATES: Record<TicketState, Tone> = { open: 'warning', working: 'info', waiting: 'neutral', solved: 'success', closed: 'neutral' };
const PRIORITIES: Record<TicketPriority, Tone> = { low: 'neutral', normal: 'neutral', high: 'warning', urgent: 'danger' };

export function StateBadge({ state }: { state: TicketState }) {
  const t = useT(ticketMessages);
  return <Badge tone={STATES[state]}>{t(`state_${state}`)}</Badge>;
}

export function PriorityBadge({ priority }: { priority: TicketPriority }) {
  const t = useT(ticketMessages);
  return <Badge tone={PRIORITIES[priority]}>{t(`priority_${priority}`)}</Badge>;
}
