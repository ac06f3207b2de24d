import { useId, useState } from 'react';
import type { IntentModelView } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { Badge, Button, ConfirmDialog, Field, Section, Select, toast } from '../../../ui';
import { usePublish, useStartTrial, useWithdraw } from '../api';
import { rolloutMessages } from '../rollout-messages';
import styles from './RolloutTab.module.css';

const FIRST_SHARE = 10;

interface TrialControlsProps {
  models: readonly IntentModelView[];
  trial: IntentModelView | null;
  live: IntentModelView | null;
  mayEdit: boolean;
}

/** Starts a trial, or moves the one there is on: shadow, a share, everybody, or nobody. */
export function TrialControls({ models, trial, live, mayEdit }: TrialControlsProps) {
  const t = useT(rolloutMessages);
  return (
    <Section title={t('trial')} actions={trial && <Badge tone={trial.state === 'canary' ? 'warning' : 'violet'}>{t('versionNumber', { n: trial.number })}</Badge>}>
      {trial ? (
        <p>
          {trial.state === 'shadow'
            ? t('shadowState', { n: trial.number })
            : t(live ? 'canaryState' : 'canaryAlone', { n: trial.number, share: trial.share_percent })}
        </p>
      ) : (
        <p className={styles.quiet}>{t('noTrial')}</p>
      )}
      {!mayEdit && <p className={styles.quiet}>{t('readOnly')}</p>}
      {mayEdit && (trial ? <Running trial={trial} /> : <Start models={models} />)}
    </Section>
  );
}

function Start({ models }: { models: readonly IntentModelView[] }) {
  const t = useT(rolloutMessages);
  const start = useStartTrial();
  const choices = models.filter((model) => model.state !== 'live');
  const [chosen, setChosen] = useState(choices[0]?.id ?? '');
  const model = choices.find((one) => one.id === chosen) ?? choices[0];
  if (!model) return null;
  return (
    <div className={styles.start}>
      <Field label={t('chooseVersion')} hint={t('shadowHint')}>
        {(control) => (
          <Select {...control} value={model.id} onChange={setChosen} options={choices.map((one) => ({ value: one.id, label: t('versionNumber', { n: one.number }) }))} />
        )}
      </Field>
      <div>
        <Button
          variant="primary"
          icon="eye"
          busy={start.isPending}
          onClick={() => start.mutate({ id: model.id, share: 0 }, { onSuccess: () => toast.success(t('started', { n: model.number })), onError: () => toast.error(t('failed')) })}
        >
          {t('startShadow')}
        </Button>
      </div>
    </div>
  );
}

function Running({ trial }: { trial: IntentModelView }) {
  const t = useT(rolloutMessages);
  const start = useStartTrial();
  const withdraw = useWithdraw();
  const publish = usePublish();
  const [share, setShare] = useState(trial.share_percent || FIRST_SHARE);
  const [asking, setAsking] = useState(false);
  const id = useId();
  const move = (to: number) =>
    start.mutate({ id: trial.id, share: to }, { onSuccess: () => toast.success(t('started', { n: trial.number })), onError: () => toast.error(t('failed')) });
  const isCanary = trial.state === 'canary';
  return (
    <>
      <div className={styles.share}>
        <label htmlFor={id}>{t('share')}</label>
        <input id={id} type="range" min={1} max={99} value={share} aria-valuetext={t('shareOf', { n: share })} onChange={(event) => setShare(Number(event.target.value))} />
        <output htmlFor={id}>{t('shareOf', { n: share })}</output>
      </div>
      <div className={styles.buttons}>
        <Button variant={isCanary ? 'secondary' : 'primary'} icon="team" busy={start.isPending} disabled={isCanary && share === trial.share_percent} onClick={() => move(share)}>
          {isCanary ? t('changeShare', { n: share }) : t('startCanary')}
        </Button>
        {isCanary && (
          <Button icon="eye" busy={start.isPending} onClick={() => move(0)}>
            {t('backToShadow')}
          </Button>
        )}
        <Button variant={isCanary ? 'primary' : 'secondary'} icon="check" onClick={() => setAsking(true)}>
          {t('publish')}
        </Button>
        <Button
          variant="ghost"
          icon="close"
          busy={withdraw.isPending}
          onClick={() => withdraw.mutate(undefined, { onSuccess: () => toast.success(t('withdrawn')), onError: () => toast.error(t('failed')) })}
        >
          {t('withdraw')}
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('publishTitle', { n: trial.number })}
        text={t('publishText')}
        action={t('publish')}
        danger={false}
        onConfirm={async () => {
          await publish.mutateAsync({ id: trial.id, threshold: trial.threshold });
          toast.success(t('published', { n: trial.number }));
        }}
      />
    </>
  );
}
