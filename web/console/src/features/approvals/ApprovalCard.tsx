// One thing to decide: what, for whom, the amounts; yes or no with a word.
import { useState } from 'react';
import type { Approval } from '../flows/api/runs';
import type { Json } from '../flows/model/document';
import { Link } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Button, ErrorNote, Field, Icon, TextInput, toast } from '../../ui';
import { useDecide } from '../flows/api/runs';
import { approvalMessages } from '../flows/messages/approvals';
import { Facts } from '../flows/ui/runs/Facts';
import styles from './Approvals.module.css';

export function ApprovalCard({ approval, links = false }: { approval: Approval; links?: boolean }) {
  const t = useT(approvalMessages);
  const { formatRelative, formatDateTime } = useFormat();
  const decide = useDecide();
  const [comment, setComment] = useState('');
  const choose = (approved: boolean) =>
    decide.mutate({ approval, approved, comment: comment.trim() }, { onSuccess: () => toast.success(t(approved ? 'approved' : 'declined')) });
  return (
    <article className={styles.card} data-approval="" tabIndex={-1} aria-label={approval.title}>
      <header className={styles.head}>
        <h2 className={styles.title}>{approval.title}</h2>
        <span className={styles.meta}>
          {t('from', { name: approval.flow_name })} · {t('asked', { at: formatRelative(approval.asked_at, Date.now()) })}
        </span>
        {approval.due_at !== null && (
          <span className={styles.due}>
            <Icon name="clock" size={14} />
            {t('due', { at: formatDateTime(approval.due_at) })}
          </span>
        )}
      </header>
      <Facts value={approval.payload as Json} />
      {links && (
        <p className={styles.links}>
          {approval.conversation_id && <Link to={`/conversations/${approval.conversation_id}`}>{t('conversation')}</Link>}
          <Link to={`/runs/${approval.run_id}`}>{t('seeRun')}</Link>
        </p>
      )}
      {decide.error && <ErrorNote error={decide.error} />}
      {approval.may_decide ? (
        <div className={styles.decide}>
          <Field label={t('comment')} optional className={styles.comment ?? ''}>
            {(control) => <TextInput {...control} maxLength={1000} value={comment} onChange={(event) => setComment(event.target.value)} />}
          </Field>
          <Button data-decide="no" busy={decide.isPending && decide.variables?.approved === false} disabled={decide.isPending} onClick={() => choose(false)}>
            {t('decline')}
          </Button>
          <Button data-decide="yes" variant="primary" icon="check" busy={decide.isPending && decide.variables?.approved === true} disabled={decide.isPending} onClick={() => choose(true)}>
            {t('approve')}
          </Button>
        </div>
      ) : (
        <p className={styles.meta}>{t('notYours')} {t('who', { who: approval.who })}</p>
      )}
    </article>
  );
}
