import { useT } from '../../i18n';
import { appMessages } from '../../app/messages';
import { useApprovals } from '../flows/api/runs';

/** How many things wait for the signed-in person's decision; null for none. */
export function useWaitingApprovals(): { count: number; words: string } | null {
  const t = useT(appMessages);
  const approvals = useApprovals();
  const count = approvals.data?.filter((one) => one.may_decide).length ?? 0;
  return count > 0 ? { count, words: t('waitingApprovals', { n: count }) } : null;
}
