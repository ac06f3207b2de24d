// Behind the line that tells of a tie: the way to the other conversation, and back.
import { useState } from 'react';
import type { Activity } from '@qingniao/shared/api';
import type { TieView } from '@qingniao/shared/tie';
import { Link } from '../../app/router';
import { useT } from '../../i18n';
import { toast } from '../../ui';
import { useConversationActions } from '../conversations/api/actions';
import styles from './Cases.module.css';
import { caseMessages } from './messages';

export default function TieEnd({ activity, ties }: { activity: Activity; ties: readonly TieView[] }) {
  const t = useT(caseMessages);
  const other = String(activity.params?.conversation ?? '');
  const tie = ties.find((one) => one.id === activity.params?.tie);
  const makes = activity.key === 'linked' || activity.key === 'merged' || activity.key === 'split';
  return (
    <span className={styles.end}>
      <Why reason={activity.params?.reason} />
      <Link to={`/conversations/${other}`}>{t('open')}</Link>
      {makes && tie !== undefined && (tie.undone_at === null ? <UndoTie tie={tie.id} /> : <span className={styles.gone}>{t('undone')}</span>)}
    </span>
  );
}

/** Of a tie that was made by itself. */
function Why({ reason }: { reason: unknown }) {
  const t = useT(caseMessages);
  if (typeof reason !== 'object' || reason === null) return null;
  const { by, value = '' } = reason as { by?: string; value?: string };
  switch (by) {
    case 'order':
      return <span>{t('whyOrder', { value })}</span>;
    case 'ticket':
      return <span>{t('whyTicket', { value })}</span>;
    case 'topic':
      return <span>{t('whyTopic', { value })}</span>;
    case 'asked':
      return <span>{t('whyAsked', { value })}</span>;
    case 'question':
      return <span>{t('whyQuestion', { value })}</span>;
    case 'thread':
      return <span>{t('whyThread')}</span>;
    default:
      return null;
  }
}

export function UndoTie({ tie }: { tie: string }) {
  const t = useT(caseMessages);
  const actions = useConversationActions();
  const [busy, setBusy] = useState(false);
  const undo = (): void => {
    setBusy(true);
    actions
      .tie({ do: 'undo', tie })
      .catch((error: unknown) => toast.error(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
  };
  return (
    <button type="button" className={styles.undo} disabled={busy} onClick={undo}>
      {t('undo')}
    </button>
  );
}
