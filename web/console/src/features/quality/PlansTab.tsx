import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReviewPlanView, ScorecardView } from '@qingniao/shared/quality';
import { api, path, refreshResource, useAll, useRemove } from '../../api';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, EmptyState, ErrorNote, IconButton, Loading, Menu, MenuItem, Table, toast, Toolbar } from '../../ui';
import { useName } from './FormFields';
import { qualityMessages } from './messages';
import { PlanDialog } from './PlanDialog';
import styles from './Quality.module.css';

export function PlansTab() {
  const t = useT(qualityMessages);
  const plans = useAll<ReviewPlanView>('review-plans');
  const forms = useAll<ScorecardView>('scorecards');
  const remove = useRemove('review-plans');
  const [editing, setEditing] = useState<ReviewPlanView | 'new' | null>(null);
  const [removing, setRemoving] = useState<ReviewPlanView | null>(null);
  const newButton = (
    <Button variant="primary" icon="plus" disabled={!forms.data?.length} onClick={() => setEditing('new')}>
      {t('newPlan')}
    </Button>
  );
  return (
    <>
      {plans.isPending && <Loading />}
      {plans.error && <ErrorNote error={plans.error} onRetry={() => void plans.refetch()} />}
      {plans.data?.length === 0 && <EmptyState icon="filter" title={t('noPlans')} text={forms.data?.length === 0 ? t('noFormsText') : t('noPlansText')} action={newButton} />}
      {plans.data && plans.data.length > 0 && (
        <>
          <Toolbar>{newButton}</Toolbar>
          <PlanTable plans={plans.data} forms={forms.data ?? []} onEdit={setEditing} onRemove={setRemoving} />
        </>
      )}
      {editing && forms.data && (
        <PlanDialog key={editing === 'new' ? 'new' : editing.version} plan={editing === 'new' ? null : editing} forms={forms.data} onClose={() => setEditing(null)} />
      )}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deletePlan', { name: removing?.rule.name ?? '' })}
        text={t('deletePlanText')}
        action={t('remove')}
        onConfirm={async () => {
          if (removing) await remove.mutateAsync(removing);
          toast.success(t('deleted'));
        }}
      />
    </>
  );
}

interface TableProps {
  plans: readonly ReviewPlanView[];
  forms: readonly ScorecardView[];
  onEdit: (plan: ReviewPlanView) => void;
  onRemove: (plan: ReviewPlanView) => void;
}

function PlanTable({ plans, forms, onEdit, onRemove }: TableProps) {
  const t = useT(qualityMessages);
  const { formatDateTime } = useFormat();
  const name = useName();
  const client = useQueryClient();
  const draw = useMutation({
    mutationFn: ({ plan, period }: { plan: ReviewPlanView; period: 'last' | 'running' }) =>
      api.post<{ drawn: number }>(path('/review-plans/{}/draw', plan.id), { period }),
    onSuccess: ({ drawn }) => {
      toast.success(drawn === 0 ? t('drawnNone') : t('drawnToast', { n: drawn }));
      void refreshResource(client, 'reviews');
    },
  });
  const formOf = (plan: ReviewPlanView) => {
    const card = forms.find((one) => one.id === plan.rule.scorecard_id);
    return card ? name(card.form) : '–';
  };
  return (
    <>
      {draw.error && <ErrorNote error={draw.error} />}
      <Table
        label={t('plans')}
        rows={plans}
        rowKey={(one) => one.id}
        onRowClick={onEdit}
        dimmed={(one) => !one.rule.active}
        columns={[
          {
            key: 'name',
            title: t('planName'),
            grow: true,
            render: (one) => (
              <button type="button" className={styles.open} onClick={() => onEdit(one)}>
                {one.rule.name}
              </button>
            ),
          },
          { key: 'form', title: t('form'), wideOnly: true, render: formOf },
          { key: 'much', title: t('perAgent'), wideOnly: true, render: (one) => `${t(`every_${one.rule.every}`)} · ${one.rule.per_agent}` },
          { key: 'first', title: t('first'), wideOnly: true, render: (one) => t(`first_${one.rule.first}`) },
          { key: 'next', title: t('nextDraw'), render: (one) => (one.rule.active ? formatDateTime(one.next_at) : <Badge>{t('paused')}</Badge>) },
          {
            key: 'actions',
            title: t('actions'),
            titleHidden: true,
            align: 'end',
            render: (one) => (
              <Menu trigger={<IconButton icon="more" label={`${one.rule.name}: ${t('actions')}`} plain />}>
                <MenuItem icon="refresh" onSelect={() => draw.mutate({ plan: one, period: 'last' })}>
                  {t('drawLast')}
                </MenuItem>
                <MenuItem icon="refresh" onSelect={() => draw.mutate({ plan: one, period: 'running' })}>
                  {t('drawRunning')}
                </MenuItem>
                <MenuItem icon="edit" onSelect={() => onEdit(one)}>
                  {t('edit')}
                </MenuItem>
                <MenuItem icon="trash" danger onSelect={() => onRemove(one)}>
                  {t('remove')}
                </MenuItem>
              </Menu>
            ),
          },
        ]}
      />
    </>
  );
}
