// Settings: from which likelihood on contacts are suggested as one person, and from which on they are linked without asking; and what the
// likelihoods are made of.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LinkPolicyView } from '@qingniao/shared/person';
import { api } from '../../api';
import { useLeaveGuard } from '../../app/router';
import { useT } from '../../i18n';
import { ErrorNote, Field, fieldError, Loading, Page, SaveBar, Section, Switch, TextInput, toast, uiMessages } from '../../ui';
import { draftOf, policyOf, problemsOf, type PolicyDraft } from './policy';
import { policyMessages } from './policyMessages';
import { Weights } from './Weights';
import styles from './Person.module.css';

/** Begins with the resource's path, so that a change is read again. */
const POLICY = ['link-policy'] as const;

export default function LinkPolicyPage() {
  const t = useT(policyMessages);
  const policy = useQuery({ queryKey: POLICY, queryFn: ({ signal }) => api.get<LinkPolicyView>('/link-policy', undefined, signal) });
  return (
    <Page title={t('title')} description={t('description')}>
      {policy.isPending && <Loading />}
      {policy.error && <ErrorNote error={policy.error} onRetry={() => void policy.refetch()} />}
      {policy.data && <Editor key={policy.data.version} policy={policy.data} />}
    </Page>
  );
}

function Editor({ policy }: { policy: LinkPolicyView }) {
  const t = useT(policyMessages);
  const ui = useT(uiMessages);
  const client = useQueryClient();
  const stored = draftOf(policy);
  const [draft, setDraft] = useState(stored);
  const [checked, setChecked] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const set = (patch: Partial<PolicyDraft>): void => setDraft((old) => ({ ...old, ...patch }));
  const dirty = JSON.stringify(draft) !== JSON.stringify(stored);
  const problems = problemsOf(draft);
  useLeaveGuard(dirty, ui('unsavedQuestion'));
  const save = async (): Promise<void> => {
    setChecked(true);
    if (problems.suggest || problems.link) return;
    setBusy(true);
    setError(null);
    try {
      client.setQueryData(POLICY, await api.put<LinkPolicyView>('/link-policy', { ...policyOf(draft), version: policy.version }));
      toast.success(t('saved'));
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {error !== null && <ErrorNote error={error} />}
      <Section title={t('suggestTitle')}>
        <Switch label={t('suggestOn')} hint={t('suggestHint')} checked={draft.suggests} onChange={(suggests) => set({ suggests })} />
        {draft.suggests && (
          <Field label={t('suggestFrom')} error={fieldError(error, 'suggest') ?? (checked && problems.suggest ? t('suggestBad') : undefined)}>
            {(control) => <TextInput {...control} type="number" min={1} max={99} step="any" className={styles.percent} value={draft.suggest} onChange={(event) => set({ suggest: event.target.value })} />}
          </Field>
        )}
      </Section>
      <Section title={t('linkTitle')}>
        <Switch label={t('linkOn')} hint={t('linkHint')} checked={draft.links} onChange={(links) => set({ links })} />
        {draft.links && (
          <Field label={t('linkFrom')} error={fieldError(error, 'link') ?? (checked && problems.link ? t('linkBad') : undefined)}>
            {(control) => <TextInput {...control} type="number" min={90} max={99.99} step="any" className={styles.percent} value={draft.link} onChange={(event) => set({ link: event.target.value })} />}
          </Field>
        )}
      </Section>
      <Weights />
      <SaveBar
        dirty={dirty}
        busy={busy}
        onSave={() => void save()}
        onDiscard={() => {
          setDraft(stored);
          setChecked(false);
          setError(null);
        }}
      />
    </>
  );
}
