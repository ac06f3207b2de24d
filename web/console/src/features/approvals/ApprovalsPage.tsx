// What flows wait for people to decide. Worked with the keyboard as well: J and K to move, Y and N to decide.
import { useEffect, useRef } from 'react';
import { isTextField } from '../../commands/keys';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { EmptyState, ErrorNote, Loading, Page } from '../../ui';
import { useApprovals } from '../flows/api/runs';
import { approvalMessages } from '../flows/messages/approvals';
import { ApprovalCard } from './ApprovalCard';
import { Notices } from './Notices';
import styles from './Approvals.module.css';

export default function ApprovalsPage() {
  const t = useT(approvalMessages);
  usePageTitle(t('title'));
  const approvals = useApprovals();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => steer(event, list.current);
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <Page title={t('title')} description={t('description')} width="narrow">
      <Notices />
      {approvals.isPending && <Loading />}
      {approvals.error && <ErrorNote error={approvals.error} onRetry={() => void approvals.refetch()} />}
      {approvals.data?.length === 0 && <EmptyState icon="check" title={t('empty')} text={t('emptyText')} />}
      {approvals.data && approvals.data.length > 0 && (
        <>
          <ul ref={list} className={styles.list}>
            {approvals.data.map((approval) => (
              <li key={`${approval.run_id} ${approval.step} ${approval.attempt}`}>
                <ApprovalCard approval={approval} links />
              </li>
            ))}
          </ul>
          <p className={styles.keys}>{t('keys')}</p>
        </>
      )}
    </Page>
  );
}

/** J and K choose a card, J the first while none is; Y and N decide on the chosen one. */
function steer(event: KeyboardEvent, list: HTMLElement | null) {
  if (!list || event.defaultPrevented || event.repeat || isTextField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector('[role=dialog], [role=menu]')) return;
  const cards = [...list.querySelectorAll<HTMLElement>('[data-approval]')];
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const key = event.key.toLowerCase();
  if (key === 'j') cards[Math.min(cards.length - 1, at + 1)]?.focus();
  else if (key === 'k') cards[Math.max(0, at - 1)]?.focus();
  else if (key === 'y' && at >= 0) cards[at]?.querySelector<HTMLElement>('[data-decide=yes]')?.click();
  else if (key === 'n' && at >= 0) cards[at]?.querySelector<HTMLElement>('[data-decide=no]')?.click();
  else return;
  event.preventDefault();
}
