// One thing to decide: what, for whom, the amounts; yes or no with a word.
import { useState } from 'react';
import type { Approval } from '../flows/api/runs';
import type { Json } from '../flows/model/document';
import { Link } from '../../app/router';
import { useFormat, useLanguage, useT } from '../../i18n';
import { Button, ErrorNote, Field, Icon, TextInput, toast } from '../../ui';
import { useDecide } from '../flows/api/runs';
import { approvalMessages } from '../flows/messages/approvals';
import { Facts } from '../flows/ui/runs/Facts';
import { changed, isObject, partsOf } from './model';
import { PayloadForm } from './PayloadForm';
import styles from './Approvals.module.css';

export function ApprovalCard({ approval, links = false }: { approval: Approval; links?: boolean }) {
  const t = useT(approvalMessages);
  const { formatRelative, formatDateTime, formatList } = useFormat();
  const decide = useDecide();
  const [comment, setComment] = useState('');
  const english = useLanguage() === 'en';
  const [editing, setEditing] = useState(false);
  const [draft, setDraft] = useState<Record<string, string>>({});
  const payload = isObject(approval.payload) ? approval.payload : null;
  const parts = payload ? partsOf(payload, approval.fields, english) : [];
  const mayChange = approval.may_decide && parts.some((part) => part.kind !== 'fixed');
  const next = payload && editing ? changed(payload, parts, draft) : undefined;
  const choose = (approved: boolean) =>
    next !== null &&
    decide.mutate({ approval, approved, comment: comment.trim(), ...(approved && next ? { payload: next } : {}) }, { onSuccess: () => toast.success(t(approved ? 'approved' : 'declined')) });
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
      {editing && payload ? (
        <PayloadForm payload={payload} fields={approval.fields} draft={draft} onChange={setDraft} />
      ) : (
        <Facts value={payload ? Object.fromEntries(parts.map((part) => [part.label, part.value])) : (approval.payload as Json)} />
      )}
      <p className={styles.meta}>{t('deciders', { who: english ? approval.deciders.en : approval.deciders.zh, names: formatList(approval.deciders.names) || '–' })}</p>
      {approval.also && (
        <p className={styles.meta}>
          {t(approval.also.at <= Date.now() ? 'alsoAsked' : 'alsoLater', {
            at: formatDateTime(approval.also.at),
            who: english ? approval.also.deciders.en : approval.also.deciders.zh,
            names: formatList(approval.also.deciders.names) || '–',
          })}
        </p>
      )}
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
          {mayChange && (
            <Button
              icon={editing ? 'undo' : 'edit'}
              onClick={() => {
                setEditing(!editing);
                setDraft({});
              }}
            >
              {t(editing ? 'keep' : 'change')}
            </Button>
          )}
          <Button data-decide="no" busy={decide.isPending && decide.variables?.approved === false} disabled={decide.isPending} onClick={() => choose(false)}>
            {t('decline')}
          </Button>
          <Button data-decide="yes" variant="primary" icon="check" busy={decide.isPending && decide.variables?.approved === true} disabled={decide.isPending || next === null} onClick={() => choose(true)}>
            {t(next ? 'approveChanged' : 'approve')}
          </Button>
        </div>
      ) : (
        <p className={styles.meta}>{t('notYours')}</p>
      )}
    </article>
  );
}
