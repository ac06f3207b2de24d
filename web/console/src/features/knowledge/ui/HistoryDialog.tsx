import { useState } from 'react';
import type { ArticleRevisionView, ArticleScope, ArticleView, UserView } from '@qingniao/shared/api';
import { useAll } from '../../../api';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, cx, Dialog, EmptyState, ErrorNote, Loading, SafeHtml } from '../../../ui';
import { usePreview, useRevisions } from '../api';
import { useFlowNames } from '../../flows/api/names';
import { knowledgeMessages } from '../messages';
import { scopeMessages } from '../scope-messages';
import { StateBadge } from './StateBadge';
import styles from './HistoryDialog.module.css';

export interface HistoryDialogProps {
  article: ArticleView;
  readOnly: boolean;
  busy: boolean;
  onRestore: (revision: ArticleRevisionView) => void;
  onClose: () => void;
}

/** Versions at the left, the chosen one at the right. */
export function HistoryDialog({ article, readOnly, busy, onRestore, onClose }: HistoryDialogProps) {
  const t = useT(knowledgeMessages);
  const { formatDateTime } = useFormat();
  const revisions = useRevisions(article.id, article.language);
  const users = useAll<UserView>('users');
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = revisions.data?.find((one) => one.version === chosen) ?? revisions.data?.[0] ?? null;
  const author = (id: string | null) => users.data?.find((user) => user.id === id)?.name;
  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={t('history')}
      description={t('historyText')}
      footer={
        !readOnly && shown && shown.version !== article.version ? (
          <Button variant="primary" icon="history" busy={busy} onClick={() => onRestore(shown)}>
            {t('restore')}
          </Button>
        ) : undefined
      }
    >
      {revisions.isPending && <Loading />}
      {revisions.error && <ErrorNote error={revisions.error} onRetry={() => void revisions.refetch()} />}
      {revisions.data?.length === 0 && <EmptyState icon="history" title={t('noHistory')} />}
      {shown && (
        <div className={styles.panes}>
          <ul className={styles.list}>
            {revisions.data?.map((revision) => (
              <li key={revision.version}>
                <button
                  type="button"
                  className={cx(styles.item, revision.version === shown.version && styles.chosen)}
                  aria-pressed={revision.version === shown.version}
                  onClick={() => setChosen(revision.version)}
                >
                  <span className={styles.version}>
                    {t('version', { n: revision.version })}
                    {revision.version === article.version ? <Badge tone="accent">{t('currentVersion')}</Badge> : <StateBadge state={revision.state} />}
                  </span>
                  <span className={styles.quiet}>{formatDateTime(revision.at)}</span>
                  {author(revision.updated_by) && <span className={styles.quiet}>{author(revision.updated_by)}</span>}
                </button>
              </li>
            ))}
          </ul>
          <Revision revision={shown} />
        </div>
      )}
    </Dialog>
  );
}

function Revision({ revision }: { revision: ArticleRevisionView }) {
  const t = useT(knowledgeMessages);
  const preview = usePreview(revision.body, true);
  return (
    <article className={styles.revision} lang={revision.language}>
      <h3>{revision.title}</h3>
      {revision.questions.length > 0 && (
        <p className={styles.quiet}>
          {t('questions')}: {revision.questions.join(' / ')}
        </p>
      )}
      {revision.scope && <Whom scope={revision.scope} category={revision.category} nextFlow={revision.next_flow} />}
      {preview.error && <ErrorNote error={preview.error} />}
      {preview.data !== undefined && <SafeHtml html={preview.data} />}
    </article>
  );
}

/** Whom that version was for, and what it offered. */
function Whom({ scope, category, nextFlow }: { scope: ArticleScope; category: string | null; nextFlow: string | null }) {
  const t = useT(knowledgeMessages);
  const whom = useT(scopeMessages);
  const flowName = useFlowNames();
  const parts = [
    category && `${t('category')}: ${category}`,
    `${whom('audience')}: ${scope.audience === 'tiers' ? scope.tiers.join(', ') : whom(scope.audience)}`,
    scope.valid_from && `${whom('from')}: ${scope.valid_from}`,
    scope.valid_until && `${whom('until')}: ${scope.valid_until}`,
    scope.products.length > 0 && `${whom('products')}: ${scope.products.join(', ')}`,
    nextFlow && `${whom('nextFlow')}: ${flowName(nextFlow)}`,
  ];
  return <p className={styles.quiet}>{parts.filter(Boolean).join(' · ')}</p>;
}
