import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { IntentModelView, ModelState } from '@qingniao/shared/api';
import { refreshResource } from '../../../api';
import { useHasRole } from '../../../app/session';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, ConfirmDialog, EmptyState, ErrorNote, Loading, Section, Table, toast, type Tone } from '../../../ui';
import { useModels, usePublish, useRun, useTrain, useUnpublish } from '../api';
import { understandingMessages } from '../messages';
import { seconds } from '../model/seconds';
import { Report } from './Report';
import { RunBar, useLatest } from './RunBar';
import styles from './TrainingTab.module.css';

const STATE_TONE: Record<ModelState, Tone> = { ready: 'info', shadow: 'violet', canary: 'warning', live: 'success', retired: 'neutral' };

export function TrainingTab() {
  const t = useT(understandingMessages);
  const { formatNumber } = useFormat();
  const mayEdit = useHasRole('supervisor');
  const models = useModels();
  const train = useTrain();
  const { runs, running, newest, done } = useLatest('training');
  const trained = useRun(done?.id ?? null).data?.training ?? null;
  useFresh(done?.id ?? null);
  // A version looked at is left for the one that is trained meanwhile.
  const [looked, setLooked] = useState<{ id: string; before: string | null } | null>(null);
  const setShown = (id: string) => setLooked({ id, before: done?.id ?? null });
  const all = models.data ?? [];
  const live = all.find((model) => model.state === 'live');
  const shown = looked && looked.before === (done?.id ?? null) ? looked.id : null;
  const current = all.find((model) => model.id === shown) ?? all[0];
  const first = all[0];
  const isNew = trained !== null && first?.id === trained.model_id && first.state === 'ready';
  const trainButton = mayEdit && (
    <Button variant="primary" icon="bolt" busy={train.isPending} disabled={running !== null} onClick={() => train.mutate(undefined)}>
      {t('train')}
    </Button>
  );
  return (
    <div className={styles.tab}>
      <div className={styles.head} aria-live="polite">
        <p className={styles.status}>
          {running
            ? t('training')
            : trained && isNew
              ? t('trained', { n: trained.number, examples: formatNumber(trained.examples), seconds: seconds(trained.took_ms, formatNumber) })
              : live
                ? t('liveNow', { n: live.number })
                : t('noneLive')}
        </p>
        {all.length > 0 && trainButton}
      </div>
      <RunBar newest={newest} mayEdit={mayEdit} />
      {train.error && <ErrorNote error={train.error} />}
      {runs.error && <ErrorNote error={runs.error} onRetry={() => void runs.refetch()} />}
      {models.isPending && <Loading />}
      {models.error && <ErrorNote error={models.error} onRetry={() => void models.refetch()} />}
      {models.data && all.length === 0 && <EmptyState icon="bolt" title={t('noModels')} text={t('noModelsText')} action={trainButton} />}
      {current && <Report key={current.id} model={current} live={live ?? null} mayEdit={mayEdit} />}
      {all.length > 0 && <Versions models={all} current={current?.id ?? ''} onShow={setShown} mayEdit={mayEdit} />}
    </div>
  );
}

/** The versions are read again when a training has ended. */
function useFresh(run: string | null) {
  const client = useQueryClient();
  useEffect(() => {
    if (run !== null) void refreshResource(client, 'intent-models');
  }, [client, run]);
}

interface VersionsProps {
  models: readonly IntentModelView[];
  current: string;
  onShow: (id: string) => void;
  mayEdit: boolean;
}

function Versions({ models, current, onShow, mayEdit }: VersionsProps) {
  const t = useT(understandingMessages);
  const { formatDateTime, formatNumber, formatPercent } = useFormat();
  const publish = usePublish();
  const unpublish = useUnpublish();
  const [back, setBack] = useState<IntentModelView | null>(null);
  const [off, setOff] = useState(false);
  const live = models.find((model) => model.state === 'live');
  return (
    <Section
      title={t('versions')}
      description={t('versionsText')}
      actions={
        live &&
        mayEdit && (
          <Button size="sm" variant="ghost" icon="pause" onClick={() => setOff(true)}>
            {t('takeOff')}
          </Button>
        )
      }
    >
      <Table
        label={t('versions')}
        rows={models}
        rowKey={(model) => model.id}
        onRowClick={(model) => onShow(model.id)}
        columns={[
          {
            key: 'number',
            title: t('version'),
            render: (model) => (
              <button type="button" className={styles.number} aria-pressed={model.id === current} onClick={() => onShow(model.id)}>
                {t('versionNumber', { n: model.number })}
              </button>
            ),
          },
          { key: 'state', title: t('state'), render: (model) => <Badge tone={STATE_TONE[model.state]}>{t(`model_${model.state}`)}</Badge> },
          { key: 'accuracy', title: t('accuracy'), render: (model) => formatPercent(model.report.accuracy) },
          { key: 'examples', title: t('examples'), wideOnly: true, render: (model) => t('ofIntents', { examples: formatNumber(model.examples), intents: formatNumber(model.intents) }) },
          { key: 'at', title: t('trainedAt'), wideOnly: true, grow: true, render: (model) => formatDateTime(model.trained_at) },
          {
            key: 'actions',
            title: t('actions'),
            titleHidden: true,
            align: 'end',
            render: (model) =>
              mayEdit &&
              model.state === 'retired' && (
                <Button size="sm" icon="undo" onClick={() => setBack(model)}>
                  {t('rollBack')}
                </Button>
              ),
          },
        ]}
      />
      <ConfirmDialog
        open={back !== null}
        onClose={() => setBack(null)}
        title={t('rollBackTitle', { n: back?.number ?? 0 })}
        text={t('rollBackText')}
        action={t('rollBack')}
        danger={false}
        onConfirm={async () => {
          if (back) await publish.mutateAsync({ id: back.id, threshold: back.threshold });
          toast.success(t('publishedToast', { n: back?.number ?? 0 }));
        }}
      />
      <ConfirmDialog
        open={off}
        onClose={() => setOff(false)}
        title={t('takeOffTitle')}
        text={t('takeOffText')}
        action={t('takeOff')}
        onConfirm={async () => {
          await unpublish.mutateAsync(undefined);
          toast.success(t('takenOff'));
        }}
      />
    </Section>
  );
}
