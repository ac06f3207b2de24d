// What each person can do, as lines of text.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { UserView } from '@qingniao/shared/api';
import { api, path, useAll } from '../../api';
import { useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, Loading, Section, Table, TextArea, toast } from '../../ui';
import { routingMessages } from './messages/page';
import { readSkills, skillText, type PersonSkills } from './model/views';

const KEY = ['routing', 'people'] as const;

export function SkillsSection() {
  const t = useT(routingMessages);
  const users = useAll<UserView>('users');
  const known = useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.get<{ items: PersonSkills[] }>('/routing/people', undefined, signal) });
  const [editing, setEditing] = useState<UserView | null>(null);
  const of = (user: UserView): PersonSkills | undefined => known.data?.items.find((p) => p.user_id === user.id);
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
            { key: 'name', title: t('person'), render: (user) => user.name },
            { key: 'skills', title: t('skillList'), grow: true, render: (user) => (of(user)?.skills ?? []).map((s) => `${s.skill} ${s.level}`).join(', ') },
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
  const [text, setText] = useState(skillText(known?.skills ?? []));
  const [error, setError] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    const skills = readSkills(text);
    if (skills === null) return setError(t('skillFormat'));
    setBusy(true);
    try {
      await api.put(path('/routing/people/{}', user.id), { skills, languages: known?.languages ?? [], channels: known?.channels ?? [] });
      await client.invalidateQueries({ queryKey: KEY });
      toast.success(t('skillsSaved'));
      onClose();
    } catch (failed) {
      setError(failed instanceof Error ? failed.message : String(failed));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={user.name}
      footer={
        <Button variant="primary" busy={busy} onClick={() => void save()}>
          {t('save')}
        </Button>
      }
    >
      <Field label={t('skillList')} hint={t('skillFormat')} error={error}>
        {(control) => <TextArea {...control} rows={6} value={text} onChange={(e) => setText(e.target.value)} />}
      </Field>
    </Dialog>
  );
}
