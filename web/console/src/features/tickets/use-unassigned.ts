import { useT } from '../../i18n';
import { appMessages } from '../../app/messages';
import { useTicketCounts } from './api';

/** How many tickets of the reader's teams nobody has taken; null for none. */
export function useUnassignedTickets(): { count: number; words: string } | null {
  const t = useT(appMessages);
  const count = useTicketCounts().data?.team_unassigned ?? 0;
  return count > 0 ? { count, words: t('unassignedTickets', { n: count }) } : null;
}
