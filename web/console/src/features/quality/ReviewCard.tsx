// Beside a conversation, for supervisors: whether it is in review, and the way to send it there.
import { useState } from 'react';
import { Link } from '../../app/router';
import { useT } from '../../i18n';
import { Button, ErrorNote, Spinner } from '../../ui';
import { AskDialog } from './AskDialog';
import { useReviewOf } from './api';
import { qualityMessages } from './messages';
import { ReviewState, Score } from './ReviewTable';
import styles from './Quality.module.css';

export default function ReviewCard({ conversationId }: { conversationId: string }) {
  const t = useT(qualityMessages);
  const [asking, setAsking] = useState(false);
  const review = useReviewOf(conversationId);
  if (review.error) return <ErrorNote error={review.error} onRetry={() => void review.refetch()} />;
  if (review.isPending) return <Spinner />;
  const found = review.data;
  return (
    <div className={styles.card}>
      {found === null ? (
        <span className={styles.quiet}>{t('notAsked')}</span>
      ) : (
        <span className={styles.facts}>
          <ReviewState review={found} />
          {found.score_x100 !== null && <Score review={found} />}
          <Link to={`/quality/${found.id}`}>{t('openReview')}</Link>
        </span>
      )}
      {(found === null || found.state === 'skipped') && (
        <Button size="sm" icon="plus" onClick={() => setAsking(true)}>
          {t('ask')}
        </Button>
      )}
      {asking && <AskDialog conversationId={conversationId} onClose={() => setAsking(false)} />}
    </div>
  );
}
