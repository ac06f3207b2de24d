import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { InboxView, TeamView, UserView } from '@qingniao/shared/api';
import type { DrawEvery, DrawFirst, ReviewPlanRule, ReviewPlanView, ScorecardView } from '@qingniao/shared/quality';
import { api, path, refreshResource, useAll, useCreateKey } from '../../api';
import { hasRole } from '../../app/session';
import { useT } from '../../i18n';
import { Button, Checkbox, Dialog, Field, fieldError, FieldSet, SaveError, Select, Switch, TextInput, toast } from '../../ui';
import { useName } from './FormFields';
import { qualityMessages } from './messages';
import styles from './Quality.module.css';

const EVERY: readonly DrawEvery[] = ['day', 'week'];
const FIRST: readonly DrawFirst[] = ['random', 'low_csat', 'angry'];

function usual(scorecard_id: string): ReviewPlanRule {
  return {
    name: '',
    scorecard_id,
    every: 'week',
    per_agent: 3,
    first: 'random',
    resolved_only: true,
    messages_min: 4,
    inbox_ids: [],
    team_ids: [],
    reviewer_ids: [],
    active: true,
  };
}

export function PlanDialog({ plan, forms, onClose }: { plan: ReviewPlanView | null; forms: readonly ScorecardView[]; onClose: () => void }) {
  const t = useT(qualityMessages);
  const name = useName();
  const client = useQueryClient();
  const createKey = useCreateKey();
  const [rule, setRule] = useState(() => plan?.rule ?? usual(forms[0]?.id ?? ''));
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const set = (patch: Partial<ReviewPlanRule>) => setRule({ ...rule, ...patch });
  async function save() {
    setBusy(true);
    setError(null);
    try {
      if (plan) await api.put(path('/review-plans/{}', plan.id), rule, plan.version);
      else await api.create('/review-plans', rule, createKey(rule));
      await refreshResource(client, 'review-plans');
      toast.success(t('saved'));
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog
      open
      kind="side"
      onClose={onClose}
      title={t(plan ? 'editPlan' : 'newPlan')}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t(plan ? 'save' : 'create')}
          </Button>
        </>
      }
    >
      <SaveError error={error} onReload={onClose} />
      <Field label={t('planName')} error={fieldError(error, 'name')}>
        {(control) => <TextInput {...control} autoFocus maxLength={80} value={rule.name} onChange={(event) => set({ name: event.target.value })} />}
      </Field>
      <Field label={t('form')} error={fieldError(error, 'scorecard_id')}>
        {(control) => (
          <Select {...control} value={rule.scorecard_id} onChange={(scorecard_id) => set({ scorecard_id })} options={forms.map((one) => ({ value: one.id, label: name(one.form) }))} />
        )}
      </Field>
      <div className={styles.pair}>
        <Field label={t('every')}>
          {(control) => <Select<DrawEvery> {...control} value={rule.every} onChange={(every) => set({ every })} options={EVERY.map((value) => ({ value, label: t(`every_${value}`) }))} />}
        </Field>
        <Field label={t('perAgent')} error={fieldError(error, 'per_agent')}>
          {(control) => <TextInput {...control} type="number" min={1} max={100} value={String(rule.per_agent)} onChange={(event) => set({ per_agent: Number(event.target.value) })} />}
        </Field>
      </div>
      <p className={styles.hint}>{t('perAgentHint')}</p>
      <Field label={t('first')} hint={t('firstHint')}>
        {(control) => <Select<DrawFirst> {...control} value={rule.first} onChange={(first) => set({ first })} options={FIRST.map((value) => ({ value, label: t(`first_${value}`) }))} />}
      </Field>
      <Field label={t('messagesMin')} error={fieldError(error, 'messages_min')}>
        {(control) => <TextInput {...control} type="number" min={0} max={1000} value={String(rule.messages_min)} onChange={(event) => set({ messages_min: Number(event.target.value) })} />}
      </Field>
      <Switch checked={rule.resolved_only} onChange={(resolved_only) => set({ resolved_only })} label={t('resolvedOnly')} hint={t('resolvedHint')} />
      <Lists rule={rule} set={set} />
      <Switch checked={rule.active} onChange={(active) => set({ active })} label={t('active')} />
    </Dialog>
  );
}

function Lists({ rule, set }: { rule: ReviewPlanRule; set: (patch: Partial<ReviewPlanRule>) => void }) {
  const t = useT(qualityMessages);
  const inboxes = useAll<InboxView>('inboxes').data ?? [];
  const teams = useAll<TeamView>('teams').data ?? [];
  const users = useAll<UserView>('users').data ?? [];
  const reviewers = users.filter((user) => hasRole(user.role, 'supervisor'));
  return (
    <>
      <Several legend={t('inboxes')} hint={t('allWhenNone')} options={inboxes} chosen={rule.inbox_ids} onChange={(inbox_ids) => set({ inbox_ids })} />
      <Several legend={t('teams')} hint={t('allWhenNone')} options={teams} chosen={rule.team_ids} onChange={(team_ids) => set({ team_ids })} />
      <Several legend={t('reviewers')} hint={t('reviewersHint')} options={reviewers} chosen={rule.reviewer_ids} onChange={(reviewer_ids) => set({ reviewer_ids })} />
    </>
  );
}

interface SeveralProps {
  legend: string;
  hint: string;
  options: readonly { id: string; name: string }[];
  chosen: readonly string[];
  onChange: (ids: string[]) => void;
}

function Several({ legend, hint, options, chosen, onChange }: SeveralProps) {
  if (options.length === 0) return null;
  return (
    <FieldSet legend={legend} hint={hint}>
      <div className={styles.several}>
        {options.map((one) => (
          <Checkbox
            key={one.id}
            checked={chosen.includes(one.id)}
            onChange={(on) => onChange(on ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))}
            label={one.name}
          />
        ))}
      </div>
    </FieldSet>
  );
}
