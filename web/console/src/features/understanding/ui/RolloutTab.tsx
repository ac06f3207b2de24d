import { useState } from 'react';
import type { IntentModelView } from '@qingniao/shared/api';
import { useHasRole } from '../../../app/session';
import { useFormat, useT } from '../../../i18n';
import { Button, ConfirmDialog, EmptyState, ErrorNote, Loading, Section, toast } from '../../../ui';
import { useModels, useRollBack, useTrial } from '../api';
import { rolloutMessages } from '../rollout-messages';
import { Differences } from './Differences';
import { TrialControls } from './TrialControls';
import { TrialFigures } from './TrialFigures';
import { VersionHistory } from './VersionHistory';
import styles from './RolloutTab.module.css';

/** Draft, shadow, canary, live, and the way back. */
export function RolloutTab() {
  const t = useT(rolloutMessages);
  const mayEdit = useHasRole('supervisor');
  const models = useModels();
  const all = models.data ?? [];
  const live = all.find((model) => model.state === 'live') ?? null;
  const trial = all.find((model) => model.state === 'shadow' || model.state === 'canary') ?? null;
  const figures = useTrial(trial?.id ?? null);
  if (models.isPending) return <Loading />;
  if (models.error) return <ErrorNote error={models.error} onRetry={() => void models.refetch()} />;
  if (all.length === 0) return <EmptyState icon="bolt" title={t('nothing')} text={t('nothingText')} />;
  return (
    <div className={styles.tab}>
      <p className={styles.intro}>{t('intro')}</p>
      <div className={styles.columns}>
        <Live live={live} previous={previousOf(all)} mayEdit={mayEdit} />
        <TrialControls key={`${trial?.id} ${trial?.share_percent}`} models={all} trial={trial} live={live} mayEdit={mayEdit} />
      </div>
      {figures.error && <ErrorNote error={figures.error} onRetry={() => void figures.refetch()} />}
      {trial && figures.data && <TrialFigures trial={figures.data} />}
      {trial && <Differences model={trial} />}
      <VersionHistory />
    </div>
  );
}

/** The version that was live before: the retired one that was published last. */
function previousOf(all: readonly IntentModelView[]): IntentModelView | null {
  const retired = all.filter((model) => model.state === 'retired' && model.published_at !== null);
  return retired.sort((a, b) => (b.published_at ?? 0) - (a.published_at ?? 0))[0] ?? null;
}

function Live({ live, previous, mayEdit }: { live: IntentModelView | null; previous: IntentModelView | null; mayEdit: boolean }) {
  const t = useT(rolloutMessages);
  const { formatDateTime } = useFormat();
  const rollBack = useRollBack();
  const [asking, setAsking] = useState(false);
  return (
    <Section title={t('live')}>
      {live ? (
        <p className={styles.version}>
          <strong>{t('versionNumber', { n: live.number })}</strong>
          {live.published_at !== null && <span className={styles.quiet}>{t('liveSince', { at: formatDateTime(live.published_at) })}</span>}
        </p>
      ) : (
        <p className={styles.quiet}>{t('noLive')}</p>
      )}
      {mayEdit && previous && (
        <div>
          <Button icon="undo" onClick={() => setAsking(true)}>
            {t('rollBackTo', { n: previous.number })}
          </Button>
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('rollBackTitle', { n: previous?.number ?? 0 })}
        text={t('rollBackText', { n: previous?.number ?? 0 })}
        action={t('rollBackTo', { n: previous?.number ?? 0 })}
        danger={false}
        onConfirm={async () => {
          const back = await rollBack.mutateAsync(undefined);
          toast.success(t('rolledBack', { n: back.number }));
        }}
      />
    </Section>
  );
}
