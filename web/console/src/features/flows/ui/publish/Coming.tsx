// What is not live yet, above the versions: a plan with its time, a version on trial beside the live one.
import { useState } from 'react';
import type { FlowCanaryView, FlowPlanView, FlowTally, FlowView } from '@qingniao/shared/flow';
import { useHasRole } from '../../../../app/session';
import { useFormat, useT } from '../../../../i18n';
import { Button, ConfirmDialog, Icon, Section, Table, TextInput, toast } from '../../../../ui';
import { useCanary, usePlanDeed } from '../../api/plans';
import { changeMessages } from '../../messages/changes';
import styles from './Publish.module.css';

export function Coming({ flow }: { flow: FlowView }) {
  return (
    <>
      {flow.plan && <Plan flow={flow} plan={flow.plan} />}
      {flow.canary && <Canary flow={flow} canary={flow.canary} />}
    </>
  );
}

// What is shown goes with the deed: its own callbacks would go with it.
const told = (error: Error) => toast.error(error.message);

function Plan({ flow, plan }: { flow: FlowView; plan: FlowPlanView }) {
  const t = useT(changeMessages);
  const { formatDateTime } = useFormat();
  const mayEdit = useHasRole('supervisor');
  const deed = usePlanDeed(flow.id);
  const number = plan.number ?? 0;
  return (
    <div className={plan.failure ? styles.failedPlan : styles.coming} role="status">
      <Icon name={plan.failure ? 'alert' : 'clock'} size={18} />
      <span className={styles.comingWords}>
        <strong>{plan.failure ? t('planFailed', { n: number }) : t('planOf', { n: number, at: formatDateTime(plan.due_at) })}</strong>
        {plan.failure && <span>{t(plan.failure === 'names_gone' ? 'failed_names_gone' : 'failed_moved_on')}</span>}
        {plan.note && <span>{plan.note}</span>}
      </span>
      {mayEdit && (
        <Button size="sm" busy={deed.isPending} onClick={() => void deed.mutateAsync({ deed: 'unplan' }).then(() => toast.success(t('unplanned')), told)}>
          {t('unplan')}
        </Button>
      )}
    </div>
  );
}

const COUNTS = ['runs', 'done', 'failed', 'handed_off', 'open'] as const satisfies readonly (keyof FlowTally)[];

function Canary({ flow, canary }: { flow: FlowView; canary: FlowCanaryView }) {
  const t = useT(changeMessages);
  const { formatDateTime, formatPercent } = useFormat();
  const mayEdit = useHasRole('supervisor');
  const deed = usePlanDeed(flow.id);
  const detail = useCanary(flow.id, true);
  const [share, setShare] = useState(String(canary.share_percent));
  const [asking, setAsking] = useState(false);
  const number = canary.number ?? 0;
  const isShare = /^[1-9]\d?$/.test(share);
  const rows = detail.data ? [{ key: 'live', name: `${t('tallyLive')} · ${t('versionNumber', { n: flow.live?.number ?? 0 })}`, tally: detail.data.live }, { key: 'trial', name: `${t('tallyTrial')} · ${t('versionNumber', { n: number })}`, tally: detail.data.trial }] : [];
  const shown = (tally: FlowTally, count: (typeof COUNTS)[number]) =>
    count === 'runs' || tally.runs === 0 ? String(tally[count]) : t('shareOf', { n: tally[count], share: formatPercent(tally[count] / tally.runs) });
  return (
    <Section title={t('canaryOf', { n: number, share: canary.share_percent })} description={[t('canarySince', { at: formatDateTime(canary.since) }), canary.note].filter(Boolean).join(' · ')}>
      {rows.length > 0 && (
        <Table
          label={t('tally')}
          rows={rows}
          rowKey={(row) => row.key}
          columns={[
            { key: 'version', title: t('tallyVersion'), grow: true, render: (row) => row.name },
            ...COUNTS.map((count) => ({ key: count, title: t(`tally_${count}`), align: 'end' as const, render: (row: (typeof rows)[number]) => shown(row.tally, count) })),
          ]}
        />
      )}
      {mayEdit && (
        <div className={styles.tools}>
          <TextInput className={styles.shareInput ?? ''} aria-label={t('share')} inputMode="numeric" maxLength={2} value={share} onChange={(event) => setShare(event.target.value.replace(/\D/g, ''))} />
          <Button disabled={!isShare || Number(share) === canary.share_percent} busy={deed.isPending && deed.variables.deed === 'share'} onClick={() => deed.mutate({ deed: 'share', share_percent: Number(share) }, { onError: told })}>
            {t('setShare')}
          </Button>
          <Button variant="primary" icon="check" onClick={() => setAsking(true)}>
            {t('promote')}
          </Button>
          <Button busy={deed.isPending && deed.variables.deed === 'withdraw'} onClick={() => void deed.mutateAsync({ deed: 'withdraw' }).then(() => toast.success(t('withdrawn')), told)}>
            {t('withdraw')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('promoteTitle', { n: number })}
        text={t('promoteText')}
        action={t('promote')}
        danger={false}
        onConfirm={async () => {
          await deed.mutateAsync({ deed: 'promote' });
          toast.success(t('promoted', { n: number }));
        }}
      />
    </Section>
  );
}
