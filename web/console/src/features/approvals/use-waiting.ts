import { useT } from '../../i18n';
import { appMessages } from '../../app/messages';
import { useApprovals, useNotices } from '../flows/api/runs';

/** How many things wait for the signed-in person's decision, or to be read by them; null for none. */
export function useWaitingApprovals(): { count: number; words: string } | null {
  const t = useT(appMessages);
  const approvals = useApprovals();
  const notices = useNotices();
  const count = approvals.data?.filter((one) => one.may_decide).length ?? 0;
  const told = notices.data?.length ?? 0;
  const words = [count > 0 && t('waitingApprovals', { n: count }), told > 0 && t('unreadNotices', { n: told })].filter((one) => one !== false);
  return words.length > 0 ? { count: count + told, words: words.join(', ') } : null;
}
