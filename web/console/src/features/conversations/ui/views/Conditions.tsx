// The conditions of a view as fields; every one may stay empty.
import { useState } from 'react';
import type { ChannelKind, ConversationFilter, Language, OwnerIs, SlaIs, Status } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Field, fieldError, FieldSet, MultiSelect, Select, TextInput, type Option } from '../../../../ui';
import { inboxMessages } from '../../../inboxes/messages';
import { messages } from '../../messages';
import { moodMessages } from '../../messages/mood';
import { viewMessages } from '../../messages/views';
import { useLookups } from '../lookups';
import styles from './Views.module.css';

export const WAITING_MAX = 43_200;
const MOODS = ['anger', 'disappointment', 'anxiety', 'neutral', 'joy'] as const;
const ANY = '*';

export interface ConditionsProps {
  filter: ConversationFilter;
  error: unknown;
  onChange(change: Partial<ConversationFilter>): void;
}

export function Conditions({ filter, error, onChange }: ConditionsProps) {
  const t = useT(viewMessages);
  const words = useT(messages);
  const mood = useT(moodMessages);
  const channel = useT(inboxMessages);
  const { inboxes, teams, users, labels } = useLookups();
  const named = (all: readonly { id: string; name: string }[]): Option<string>[] => all.map(({ id, name }) => ({ value: id, label: name }));
  const labelOptions = labels.map(({ name }) => ({ value: name, label: name }));
  const kinds = [...new Set(inboxes.map((inbox) => inbox.channel))];
  const statuses: Option<Status>[] = [
    { value: 'open', label: words('statusOpen') },
    { value: 'pending', label: words('statusPending') },
    { value: 'snoozed', label: words('statusSnoozed') },
    { value: 'resolved', label: words('statusResolved') },
  ];
  const owners: Option<OwnerIs>[] = [
    { value: 'me', label: t('ownerMe') },
    { value: 'agent', label: t('ownerAgent') },
    { value: 'queue', label: words('ownerQueue') },
    { value: 'bot', label: words('ownerBot') },
  ];
  const languages: Option<Language>[] = [
    { value: 'zh-CN', label: '中文' },
    { value: 'en', label: 'English' },
  ];
  return (
    <FieldSet legend={t('conditions')} hint={t('conditionsHint')}>
      <div className={styles.grid}>
        <Many label={t('status')} value={filter.statuses} options={statuses} onChange={(next) => onChange({ statuses: next })} />
        <Many label={t('owner')} value={filter.owners} options={owners} onChange={(next) => onChange({ owners: next })} />
        <Many
          label={t('agents')}
          value={filter.agent_ids}
          options={named(users.filter((user) => !user.service))}
          onChange={(next) => onChange({ agent_ids: next })}
        />
        <Many label={t('teams')} hint={t('teamsHint')} value={filter.team_ids} options={named(teams)} onChange={(next) => onChange({ team_ids: next })} />
        <Many label={t('labelsAny')} value={filter.labels_any} options={labelOptions} onChange={(next) => onChange({ labels_any: next })} />
        <Many label={t('labelsAll')} value={filter.labels_all} options={labelOptions} onChange={(next) => onChange({ labels_all: next })} />
        <Many label={t('inboxes')} value={filter.inbox_ids} options={named(inboxes)} onChange={(next) => onChange({ inbox_ids: next })} />
        <Many
          label={t('channels')}
          value={filter.channels}
          options={kinds.map((kind): Option<ChannelKind> => ({ value: kind, label: channel(kind) }))}
          onChange={(next) => onChange({ channels: next })}
        />
        <Many label={t('languages')} value={filter.languages} options={languages} onChange={(next) => onChange({ languages: next })} />
        <Many
          label={t('moods')}
          value={filter.moods}
          options={MOODS.map((name) => ({ value: name as string, label: mood(`emotion_${name}`) }))}
          onChange={(next) => onChange({ moods: next })}
        />
        <Field label={t('sla')}>
          {(control) => (
            <Select
              {...control}
              value={filter.sla ?? ANY}
              onChange={(next) => onChange({ sla: next === ANY ? null : (next as SlaIs) })}
              options={[
                { value: ANY, label: t('anyOne') },
                { value: 'at_risk', label: t('slaAtRisk') },
                { value: 'breached', label: t('slaBreached') },
              ]}
            />
          )}
        </Field>
        <Minutes value={filter.waiting_minutes} error={fieldError(error, 'filter.waiting_minutes')} onChange={(next) => onChange({ waiting_minutes: next })} />
        <Tiers value={filter.tiers} onChange={(next) => onChange({ tiers: next })} />
        <Field label={t('words')}>
          {(control) => (
            <TextInput
              {...control}
              maxLength={100}
              value={filter.text ?? ''}
              onChange={(event) => onChange({ text: event.target.value === '' ? null : event.target.value })}
            />
          )}
        </Field>
      </div>
    </FieldSet>
  );
}

interface ManyProps<V extends string> {
  label: string;
  hint?: string;
  value: V[];
  options: Option<V>[];
  onChange(value: V[]): void;
}

/** What is chosen stays to be seen where it is no option any more. */
function Many<V extends string>({ label, hint, value, options, onChange }: ManyProps<V>) {
  const t = useT(viewMessages);
  const gone = value.filter((one) => !options.some((option) => option.value === one)).map((one) => ({ value: one, label: one }));
  return (
    <Field label={label} hint={hint}>
      {(control) => <MultiSelect {...control} value={value} onChange={onChange} options={[...options, ...gone]} placeholder={t('anyOne')} />}
    </Field>
  );
}

function Minutes({ value, error, onChange }: { value: number | null; error: string | undefined; onChange(value: number | null): void }) {
  const t = useT(viewMessages);
  const fits = value === null || (Number.isInteger(value) && value >= 1 && value <= WAITING_MAX);
  return (
    <Field label={t('waiting')} error={error ?? (fits ? undefined : t('waitingProblem'))}>
      {(control) => (
        <TextInput
          {...control}
          inputMode="numeric"
          placeholder={t('anyOne')}
          value={value === null ? '' : String(value)}
          onChange={(event) => {
            const digits = event.target.value.replace(/\D/g, '');
            onChange(digits === '' ? null : Number(digits));
          }}
        />
      )}
    </Field>
  );
}

function Tiers({ value, onChange }: { value: string[]; onChange(value: string[]): void }) {
  const t = useT(viewMessages);
  const [text, setText] = useState(value.join(', '));
  return (
    <Field label={t('tiers')} hint={t('tiersHint')}>
      {(control) => (
        <TextInput
          {...control}
          placeholder={t('anyOne')}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            const tiers = event.target.value.split(/[,，、]/).map((one) => one.trim().toLowerCase());
            onChange([...new Set(tiers.filter((one) => one !== ''))]);
          }}
        />
      )}
    </Field>
  );
}
