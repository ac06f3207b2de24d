// What flows wait for people to decide. Worked with the keyboard as well: J and K to move, Y and N to decide.
import { useRef, type KeyboardEvent } from 'react';
import { isTextField } from '../../commands/keys';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { EmptyState, ErrorNote, Loading, Page } from '../../ui';
import { useApprovals } from '../flows/api/runs';
import { approvalMessages } from '../flows/messages/approvals';
import { ApprovalCard } from './ApprovalCard';
import styles from './Approvals.module.css';

export default function ApprovalsPage() {
  const t = useT(approvalMessages);
  usePageTitle(t('title'));
  const approvals = useApprovals();
  const list = useRef<HTMLUListElement>(null);
  function onKeyDown(event: KeyboardEvent) {
    if (isTextField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const cards = [...(list.current?.querySelectorAll<HTMLElement>('[data-approval]') ?? [])];
    const at = cards.findIndex((card) => card.contains(document.activeElement));
    if (event.key === 'j') cards[Math.min(cards.length - 1, at + 1)]?.focus();
    else if (event.key === 'k') cards[Math.max(0, at - 1)]?.focus();
    else if (event.key === 'y') cards[at]?.querySelector<HTMLElement>('[data-decide=yes]')?.click();
    else if (event.key === 'n') cards[at]?.querySelector<HTMLElement>('[data-decide=no]')?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <Page title={t('title')} description={t('description')} width="narrow">
      {approvals.isPending && <Loading />}
      {approvals.error && <ErrorNote error={approvals.error} onRetry={() => void approvals.refetch()} />}
      {approvals.data?.length === 0 && <EmptyState icon="check" title={t('empty')} text={t('emptyText')} />}
      {approvals.data && approvals.data.length > 0 && (
        <>
          <ul ref={list} className={styles.list} onKeyDown={onKeyDown}>
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
