import type { RunKind, RunView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../i18n';
import { Button, Meter, toast } from '../../../ui';
import { useCancelRun, useNames, useRuns } from '../api';
import { evaluationMessages } from '../evaluation-messages';
import { seconds } from '../model/seconds';
import styles from './RunBar.module.css';

/** The run under way, and the newest that is done. */
export function useLatest(kind: RunKind) {
  const runs = useRuns(kind);
  const newest = runs.data?.[0];
  return { runs, running: newest?.state === 'running' ? newest : null, newest: newest ?? null, done: runs.data?.find((run) => run.state === 'done') ?? null };
}

/** How far a run is, with the button that stops it; or how the last one ended. */
export function RunBar({ newest, mayEdit }: { newest: RunView | null; mayEdit: boolean }) {
  const t = useT(evaluationMessages);
  const cancel = useCancelRun();
  if (newest === null || newest.state === 'done') return null;
  if (newest.state !== 'running') return <p className={styles.ended}>{t(newest.state === 'cancelled' ? 'cancelled' : 'failedRun')}</p>;
  return (
    <div className={styles.bar} role="status">
      <span className={styles.words}>{newest.of > 0 ? t('running', { done: newest.done, of: newest.of }) : t('starting')}</span>
      <Meter label={t('starting')} value={newest.done} max={Math.max(1, newest.of)} />
      {mayEdit && (
        <Button size="sm" icon="close" busy={cancel.isPending} onClick={() => cancel.mutate(newest.id, { onError: () => toast.error(t('failed')) })}>
          {t('cancel')}
        </Button>
      )}
    </div>
  );
}

/** Who ran it, when, and how long it took. */
export function RanBy({ run, tookMs }: { run: RunView; tookMs: number }) {
  const t = useT(evaluationMessages);
  const { formatDateTime, formatNumber } = useFormat();
  const nameOf = useNames();
  return <p className={styles.ended}>{t('ranAt', { who: nameOf(run.started_by), at: formatDateTime(run.started_at), seconds: seconds(tookMs, formatNumber) })}</p>;
}
