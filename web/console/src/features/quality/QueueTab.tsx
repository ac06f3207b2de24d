import { useState } from 'react';
import { useSearchParam } from '../../app/router';
import { useT } from '../../i18n';
import { Button, EmptyState, Segmented, Toolbar } from '../../ui';
import { useReviews } from './api';
import { AskDialog } from './AskDialog';
import { qualityMessages } from './messages';
import { ReviewTable } from './ReviewTable';

const VIEWS = ['toMe', 'everybody', 'appeals', 'skipped'] as const;
const STATES = { toMe: 'open', everybody: 'open', appeals: 'appealed', skipped: 'skipped' } as const;

/** What waits for a reviewer: theirs, all, what agents disagree with, and what was passed over. */
export function QueueTab() {
  const t = useT(qualityMessages);
  const [wanted, setView] = useSearchParam('view');
  const [asking, setAsking] = useState(false);
  const view = VIEWS.find((one) => one === wanted) ?? 'toMe';
  const reviews = useReviews({ state: STATES[view], reviewer: view === 'toMe' ? 'me' : '' });
  const empty =
    view === 'appeals' || view === 'skipped' ? <EmptyState icon="check" title={t(view === 'appeals' ? 'noAppeals' : 'noSkipped')} /> : <EmptyState icon="check" title={t('nothing')} text={t('nothingText')} />;
  return (
    <>
      <Toolbar>
        <Segmented label={t('whose')} value={view} onChange={setView} options={VIEWS.map((value) => ({ value, label: t(value) }))} />
        <Button icon="plus" onClick={() => setAsking(true)}>
          {t('ask')}
        </Button>
      </Toolbar>
      <ReviewTable label={t('queue')} reviews={reviews} empty={empty} showScore={view === 'appeals'} />
      {asking && <AskDialog onClose={() => setAsking(false)} />}
    </>
  );
}
