// Reports by mail: what is sent, how the last letters fared, and a form to change it.
import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { InboxView, ReportLetter, ReportScheduleView, UserView } from '@qingniao/shared/api';
import { api, path, useAll, useRemove, uuid } from '../../api';
import { useHasRole } from '../../app/session';
import { Link } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, Dialog, EmptyState, ErrorNote, IconButton, Loading, toast } from '../../ui';
import { mailMessages } from './mail-messages';
import { MailForm } from './MailForm';
import { when } from './mail';
import styles from './Mail.module.css';

interface Props {
  /** What the page shows now: a new letter begins with it. */
  shown: Pick<ReportLetter, 'by' | 'only_inbox_id' | 'only_agent_id'>;
  onClose: () => void;
}

export function MailDialog({ shown, onClose }: Props) {
  const t = useT(mailMessages);
  const schedules = useAll<ReportScheduleView>('report-schedules');
  const inboxes = useAll<InboxView>('inboxes');
  const mailboxes = (inboxes.data ?? []).filter((inbox) => inbox.channel === 'email');
  const [editing, setEditing] = useState<ReportScheduleView | 'new' | null>(null);
  const add = (
    <Button variant="primary" icon="plus" disabled={mailboxes.length === 0} onClick={() => setEditing('new')}>
      {t('add')}
    </Button>
  );
  if (editing) {
    return (
      <MailForm
        key={editing === 'new' ? 'new' : `${editing.id}.${editing.version}`}
        schedule={editing === 'new' ? null : editing}
        shown={shown}
        mailboxes={mailboxes}
        onClose={() => setEditing(null)}
      />
    );
  }
  return (
    <Dialog open kind="side" title={t('title')} description={t('description')} onClose={onClose} footer={schedules.data && schedules.data.length > 0 ? add : undefined}>
      {(schedules.isPending || inboxes.isPending) && <Loading />}
      {schedules.error && <ErrorNote error={schedules.error} onRetry={() => void schedules.refetch()} />}
      {inboxes.data && mailboxes.length === 0 && <NoMailbox />}
      {schedules.data?.length === 0 && mailboxes.length > 0 && <EmptyState icon="send" title={t('none')} text={t('noneText')} action={add} />}
      <ul className={styles.list}>
        {schedules.data?.map((one) => (
          <Schedule key={one.id} schedule={one} onEdit={() => setEditing(one)} />
        ))}
      </ul>
    </Dialog>
  );
}

function NoMailbox() {
  const t = useT(mailMessages);
  const isAdmin = useHasRole('admin');
  return <EmptyState icon="inbox" title={t('noMailbox')} text={t('noMailboxText')} action={isAdmin && <Link to="/settings/inboxes">{t('toInboxes')}</Link>} />;
}

function Schedule({ schedule, onEdit }: { schedule: ReportScheduleView; onEdit: () => void }) {
  const t = useT(mailMessages);
  const { formatDateTime, formatList } = useFormat();
  const users = useAll<UserView>('users');
  const remove = useRemove('report-schedules');
  const [removing, setRemoving] = useState(false);
  const send = useMutation({
    mutationFn: () => api.post(path('/report-schedules/{}/send', schedule.id), undefined, { idempotencyKey: uuid() }),
    onSuccess: () => void toast.success(t('onItsWay')),
  });
  const { letter } = schedule;
  const readers = letter.recipient_ids.map((id) => users.data?.find((user) => user.id === id)?.name ?? id);
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        <strong>{letter.name}</strong>
        {!letter.active && <Badge tone={schedule.failures > 0 ? 'danger' : 'neutral'}>{t(schedule.failures > 0 ? 'stopped' : 'paused')}</Badge>}
        <span className={styles.tools}>
          <IconButton icon="edit" label={t('edit', { name: letter.name })} onClick={onEdit} />
          <IconButton icon="trash" label={t('delete', { name: letter.name })} danger onClick={() => setRemoving(true)} />
        </span>
      </div>
      <p className={styles.quiet}>
        {when(letter, t)} · {formatList(readers)}
      </p>
      {letter.active && <p className={styles.quiet}>{t('next', { time: formatDateTime(schedule.next_at) })}</p>}
      {schedule.sent_at !== null && <p className={styles.quiet}>{t('sent', { time: formatDateTime(schedule.sent_at) })}</p>}
      {schedule.failed_at !== null && schedule.error !== null && (schedule.sent_at === null || schedule.failed_at > schedule.sent_at) && (
        <p className={styles.bad}>{t('failed', { time: formatDateTime(schedule.failed_at), reason: schedule.error })}</p>
      )}
      {send.error && <ErrorNote error={send.error} />}
      <Button size="sm" icon="send" busy={send.isPending} onClick={() => send.mutate()}>
        {t('sendNow')}
      </Button>
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('deleteTitle', { name: letter.name })}
        text={t('deleteText')}
        action={t('deleteDo')}
        onConfirm={() => remove.mutateAsync(schedule)}
      />
    </li>
  );
}
