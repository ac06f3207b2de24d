import type { TicketPriority } from '@qingniao/shared/ticket';

export const PRIORITIES: readonly TicketPriority[] = ['low', 'normal', 'high', 'urgent'];
