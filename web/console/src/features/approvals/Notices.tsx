// What flows and service levels of tickets tell the signed-in person, above what they are to decide. A press takes one away.
import { Link } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Button, Icon, IconButton, toast } from '../../ui';
import { useNotices, useReadNotices } from '../flows/api/runs';
import { approvalMessages } from '../flows/messages/approvals';
import styles from './Approvals.module.css';

export function Notices() {
  const t = useT(approvalMessages);
  const { formatRelative } = useFormat();
  const notices = useNotices();
  const read = useReadNotices();
  const all = notices.data ?? [];
  if (all.length === 0) return null;
  const done = (which: typeof all) => read.mutate(which, { onError: (error) => toast.error(error.message) });
  return (
    <section className={styles.notices} aria-label={t('notices')}>
      <header className={styles.noticesHead}>
        <h2 className={styles.noticesTitle}>{t('notices')}</h2>
        {all.length > 1 && (
          <Button size="sm" variant="ghost" icon="check" busy={read.isPending} onClick={() => done(all)}>
            {t('readAll')}
          </Button>
        )}
      </header>
      <ul className={styles.noticeList}>
        {all.map((notice) => (
          <li key={notice.id} className={styles.notice}>
            <Icon name="bell" size={18} className={styles.noticeIcon ?? ''} />
            <div className={styles.noticeWords}>
              <p className={styles.noticeTitle}>{notice.title}</p>
              {notice.text !== '' && <p className={styles.noticeText}>{notice.text}</p>}
              <p className={styles.links}>
                <span className={styles.meta}>
                  {notice.flow_name !== '' && `${t('from', { name: notice.flow_name })} · `}
                  {formatRelative(notice.at, Date.now())}
                </span>
                {notice.ticket_id && <Link to={`/tickets/${notice.ticket_id}`}>{t('seeTicket')}</Link>}
                {notice.conversation_id && <Link to={`/conversations/${notice.conversation_id}`}>{t('conversation')}</Link>}
                {notice.run_id && <Link to={`/runs/${notice.run_id}`}>{t('seeRun')}</Link>}
                {notice.flow_id && <Link to={`/flows/${notice.flow_id}/versions`}>{t('seeFlow')}</Link>}
              </p>
            </div>
            <IconButton icon="check" label={t('markRead', { title: notice.title })} disabled={read.isPending} onClick={() => done([notice])} />
          </li>
        ))}
      </ul>
    </section>
  );
}
