import { useSearchParam } from '../../app/router';
import { useT } from '../../i18n';
import { EmptyState, Segmented, Toolbar } from '../../ui';
import { useReviews } from './api';
import { qualityMessages } from './messages';
import { ReviewTable } from './ReviewTable';

const VIEWS = ['toMe', 'everybody', 'appeals'] as const;

/** What waits for a reviewer: theirs, all, and what agents disagree with. */
export function QueueTab() {
  const t = useT(qualityMessages);
  const [wanted, setView] = useSearchParam('view');
  const view = VIEWS.find((one) => one === wanted) ?? 'toMe';
  const reviews = useReviews({ state: view === 'appeals' ? 'appealed' : 'open', reviewer: view === 'toMe' ? 'me' : '' });
  const empty =
    view === 'appeals' ? <EmptyState icon="check" title={t('noAppeals')} /> : <EmptyState icon="check" title={t('nothing')} text={t('nothingText')} />;
  return (
    <>
      <Toolbar>
        <Segmented label={t('whose')} value={view} onChange={setView} options={VIEWS.map((value) => ({ value, label: t(value) }))} />
      </Toolbar>
      <ReviewTable label={t('queue')} reviews={reviews} empty={empty} showScore={view === 'appeals'} />
    </>
  );
}
