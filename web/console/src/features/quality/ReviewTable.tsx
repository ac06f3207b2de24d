import type { ReactNode } from 'react';
import type { UserView } from '@qingniao/shared/api';
import type { ReviewView } from '@qingniao/shared/quality';
import { flatten, useAll } from '../../api';
import { Link, navigate } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Badge, ErrorNote, LoadMore, Loading, Table, type Column, type Tone } from '../../ui';
import type { useReviews } from './api';
import { qualityMessages } from './messages';
import styles from './Quality.module.css';

const TONES: Record<ReviewView['state'], Tone> = { open: 'neutral', submitted: 'info', appealed: 'warning', settled: 'success', skipped: 'neutral' };

export function ReviewState({ review }: { review: ReviewView }) {
  const t = useT(qualityMessages);
  if (review.state === 'open' && review.begun) return <Badge tone="accent">{t('begun')}</Badge>;
  return <Badge tone={TONES[review.state]}>{t(review.state)}</Badge>;
}

export function Score({ review }: { review: ReviewView }) {
  const t = useT(qualityMessages);
  if (review.score_x100 === null) return <>–</>;
  return (
    <span className={styles.score}>
      {review.fatal && <Badge tone="danger">{t('fatalFailed')}</Badge>}
      {(review.score_x100 / 100).toFixed(2)}
    </span>
  );
}

export function useNameOf(): (id: string | null) => string {
  const t = useT(qualityMessages);
  const users = useAll<UserView>('users');
  return (id) => (id === null ? t('nobody') : (users.data?.find((user) => user.id === id)?.name ?? id));
}

interface Props {
  label: string;
  reviews: ReturnType<typeof useReviews>;
  empty: ReactNode;
  own?: boolean;
  showScore?: boolean;
}

export function ReviewTable({ label, reviews, empty, own = false, showScore = false }: Props) {
  const t = useT(qualityMessages);
  const { formatDateTime } = useFormat();
  const nameOf = useNameOf();
  const rows = flatten(reviews.data);
  const link = (review: ReviewView, text: ReactNode) => <Link to={`/quality/${review.id}`}>{text}</Link>;
  const columns: Column<ReviewView>[] = [
    own
      ? { key: 'reviewer', title: t('reviewer'), grow: true, render: (one) => link(one, nameOf(one.reviewer_id)) }
      : { key: 'agent', title: t('agent'), grow: true, render: (one) => link(one, t('of', { name: nameOf(one.agent_id) })) },
    { key: 'began', title: t('began'), wideOnly: true, render: (one) => formatDateTime(one.opened_at) },
    ...(own ? [] : [{ key: 'reviewer', title: t('reviewer'), wideOnly: true, render: (one: ReviewView) => nameOf(one.reviewer_id) }]),
    { key: 'state', title: t('state'), render: (one) => <ReviewState review={one} /> },
    ...(showScore ? [{ key: 'score', title: t('score'), align: 'end' as const, render: (one: ReviewView) => <Score review={one} /> }] : []),
  ];
  return (
    <>
      {reviews.isPending && <Loading />}
      {reviews.error && <ErrorNote error={reviews.error} onRetry={() => void reviews.refetch()} />}
      {reviews.data && rows.length === 0 && empty}
      {rows.length > 0 && <Table label={label} rows={rows} rowKey={(one) => one.id} onRowClick={(one) => navigate(`/quality/${one.id}`)} columns={columns} />}
      <LoadMore hasMore={reviews.hasNextPage} busy={reviews.isFetchingNextPage} onClick={() => void reviews.fetchNextPage()} />
    </>
  );
}
