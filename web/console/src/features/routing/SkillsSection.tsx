// What each person can do: skills with their levels, languages, and how many conversations of a channel at once.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { UserView } from '@qingniao/shared/api';
import { api, path, useAll } from '../../api';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, Dialog, ErrorNote, Field, FieldSet, IconButton, Loading, MultiSelect, Section, Select, Table, toast, useRemoval } from '../../ui';
import { routingMessages } from './messages/page';
import { replaced, without, type Skill } from './model/policy';
import type { ChannelLimit, PersonSkills } from './model/views';
import { NumberInput } from './ui/inputs';
import { useChoices, withGone } from './ui/options';
import { Skills } from './ui/Skills';
import styles from './ui/Editor.module.css';

const KEY = ['routing', 'people'] as const;

export function SkillsSection() {
  const t = useT(routingMessages);
  const users = useAll<UserView>('users');
  const choices = useChoices();
  const { formatList } = useFormat();
  const known = useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.get<{ items: PersonSkills[] }>('/routing/people', undefined, signal) });
  const [editing, setEditing] = useState<UserView | null>(null);
  const of = (user: UserView): PersonSkills | undefined => known.data?.items.find((p) => p.user_id === user.id);
  const named = (fact: string, value: string): string => choices.of(fact).find((option) => option.value === value)?.label ?? value;
  const people = users.data?.filter((user) => !user.disabled && !user.service);
  return (
    <Section title={t('skills')} description={t('skillsText')}>
      {(users.isPending || known.isPending) && <Loading />}
      {known.error && <ErrorNote error={known.error} onRetry={() => void known.refetch()} />}
      {people && known.data && (
        <Table
          label={t('skills')}
          rows={people}
          rowKey={(user) => user.id}
          onRowClick={setEditing}
          columns={[
            {
              key: 'name',
              title: t('person'),
              render: (user) => (
                <Button variant="ghost" size="sm" onClick={() => setEditing(user)}>
                  {user.name}
                </Button>
              ),
            },
            {
              key: 'skills',
              title: t('skillList'),
              grow: true,
              render: (user) => (
                <span className={styles.buttons}>
                  {(of(user)?.skills ?? []).map((s) => (
                    <Badge key={s.skill} tone="accent">
                      {s.skill} {s.level}
                    </Badge>
                  ))}
                </span>
              ),
            },
            { key: 'languages', title: t('languages'), wideOnly: true, render: (user) => formatList((of(user)?.languages ?? []).map((one) => named('language', one))) || t('allLanguages') },
            { key: 'channels', title: t('limits'), wideOnly: true, wrap: true, render: (user) => formatList((of(user)?.channels ?? []).map((one) => `${named('channel', one.channel)} ${one.capacity}`)) || '–' },
          ]}
        />
      )}
      {editing && <SkillsDialog key={editing.id} user={editing} known={of(editing)} onClose={() => setEditing(null)} />}
    </Section>
  );
}

function SkillsDialog({ user, known, onClose }: { user: UserView; known: PersonSkills | undefined; onClose(): void }) {
  const t = useT(routingMessages);
  const client = useQueryClient();
  const choices = useChoices();
  const [skills, setSkills] = useState<Skill[]>(known?.skills ?? []);
  const [languages, setLanguages] = useState<string[]>(known?.languages ?? []);
  const [channels, setChannels] = useState<ChannelLimit[]>(known?.channels ?? []);
  const [nameless, setNameless] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    const isNameless = skills.some(({ skill }) => skill.trim() === '');
    setNameless(isNameless);
    if (isNameless) return;
    setBusy(true);
    setError(null);
    try {
      await api.put(path('/routing/people/{}', user.id), { skills: skills.map(({ skill, level }) => ({ skill: skill.trim(), level })), languages, channels });
      await client.invalidateQueries({ queryKey: KEY });
      toast.success(t('skillsSaved'));
      onClose();
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={user.name}
      onSubmit={() => void save()}
      footer={
        <Button type="submit" variant="primary" busy={busy}>
          {t('saveSkills')}
        </Button>
      }
    >
      <Skills label={t('skillList')} error={nameless ? t('skillNameless') : undefined} skills={skills} onChange={setSkills} />
      <Field label={t('languages')} hint={t('languagesHint')}>
        {(control) => <MultiSelect {...control} value={languages} onChange={setLanguages} options={withGone(choices.of('language'), languages)} placeholder={t('allLanguages')} />}
      </Field>
      <Limits limits={channels} onChange={setChannels} />
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}

function Limits({ limits, onChange }: { limits: readonly ChannelLimit[]; onChange(limits: ChannelLimit[]): void }) {
  const t = useT(routingMessages);
  const channels = useChoices().of('channel');
  const removal = useRemoval();
  const free = channels.filter(({ value }) => !limits.some((limit) => limit.channel === value));
  return (
    <FieldSet legend={t('limits')} hint={t('limitsHint')}>
      {limits.map((limit, n) => (
        <div key={limit.channel} className={styles.skill}>
          <Select label={t('channel')} value={limit.channel} onChange={(channel) => onChange(replaced(limits, n, { ...limit, channel }))} options={channels.filter(({ value }) => value === limit.channel || free.some((one) => one.value === value))} />
          <NumberInput control={{}} label={`${t('limits')} ${n + 1}`} unit={t('atOnce')} value={limit.capacity} onChange={(capacity) => onChange(replaced(limits, n, { ...limit, capacity: Math.max(0, capacity) }))} />
          <IconButton icon="close" size="sm" label={t('removeLimit')} {...removal.button} onClick={() => removal.remove(n, () => onChange(without(limits, n)))} />
        </div>
      ))}
      <span>
        <Button size="sm" variant="ghost" icon="plus" {...removal.add} disabled={free.length === 0} onClick={() => free[0] && onChange([...limits, { channel: free[0].value, capacity: 1 }])}>
          {t('addLimit')}
        </Button>
      </span>
    </FieldSet>
  );
}
