import { useState } from 'react';
import type { IntentReply, IntentView } from '@qingniao/shared/api';
import { useOne, useRemove, useResourceForm } from '../../../api';
import { navigate, useLeaveGuard } from '../../../app/router';
import { useHasRole } from '../../../app/session';
import { useT } from '../../../i18n';
import { Button, ConfirmDialog, ErrorNote, Field, fieldError, Loading, Page, SaveBar, SaveError, Section, Switch, TextInput, toast } from '../../../ui';
import { useIntents } from '../api';
import { understandingMessages } from '../messages';
import { topicsOf } from '../model/topics';
import { Examples } from './Examples';
import { ReplyChoice } from './ReplyChoice';
import styles from './IntentEditor.module.css';

export function IntentEditor({ id }: { id: string | null }) {
  const t = useT(understandingMessages);
  const intent = useOne<IntentView>('intents', id);
  if (id !== null && intent.error && !intent.data) {
    return (
      <Page title={t('title')} back={{ to: '/understanding', label: t('back') }}>
        <ErrorNote error={intent.error} onRetry={() => void intent.refetch()} />
      </Page>
    );
  }
  if (id !== null && !intent.data) return <Loading />;
  return <Editor intent={intent.data ?? null} />;
}

interface Draft {
  name: string;
  description: string;
  reply: IntentReply;
  topic: string;
  only_in_topic: boolean;
}

const toDraft = (intent: IntentView | null): Draft => ({
  name: intent?.name ?? '',
  description: intent?.description ?? '',
  reply: intent?.reply ?? { kind: 'none' },
  topic: intent?.topic ?? '',
  only_in_topic: intent?.only_in_topic ?? false,
});

function Editor({ intent }: { intent: IntentView | null }) {
  const t = useT(understandingMessages);
  const mayEdit = useHasRole('supervisor');
  const remove = useRemove('intents');
  const [removing, setRemoving] = useState(false);
  const [checked, setChecked] = useState(false);
  const intents = useIntents();
  const topics = topicsOf(intents.data ?? []);
  const form = useResourceForm<IntentView, Draft>({
    name: 'intents',
    object: intent,
    toDraft,
    toBody: (draft) => ({ ...draft, name: draft.name.trim(), description: draft.description.trim(), topic: draft.topic.trim() }),
  });
  useLeaveGuard(form.dirty, t('unsavedQuestion'));

  async function save() {
    setChecked(true);
    if (!form.draft.name.trim()) return;
    if (form.draft.reply.kind === 'article' && !form.draft.reply.article_id) return;
    const making = form.base === null;
    const saved = await form.save();
    if (!saved) return;
    toast.success(t('saved'));
    if (making) setTimeout(() => navigate(`/understanding/${saved.id}`, { replace: true }));
  }

  return (
    <Page
      title={form.base?.name ?? t('new')}
      back={{ to: '/understanding', label: t('back') }}
      width="narrow"
      actions={
        form.base &&
        mayEdit && (
          <Button variant="dangerGhost" icon="trash" onClick={() => setRemoving(true)}>
            {t('delete')}
          </Button>
        )
      }
    >
      {!mayEdit && <p className={styles.readOnly}>{t('readOnly')}</p>}
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      <Section title={t('what')}>
        <Field label={t('name')} hint={mayEdit && t('nameHint')} error={fieldError(form.error, 'name') ?? (checked && !form.draft.name.trim() ? t('needed') : undefined)}>
          {(control) => (
            <TextInput {...control} autoFocus={intent === null} maxLength={60} readOnly={!mayEdit} value={form.draft.name} onChange={(event) => form.set({ name: event.target.value })} />
          )}
        </Field>
        <Field label={t('descriptionLabel')} optional={mayEdit} error={fieldError(form.error, 'description')}>
          {(control) => (
            <TextInput {...control} maxLength={200} readOnly={!mayEdit} value={form.draft.description} onChange={(event) => form.set({ description: event.target.value })} />
          )}
        </Field>
        <Field label={t('topic')} optional={mayEdit} hint={mayEdit && t('topicHint')} error={fieldError(form.error, 'topic')}>
          {(control) => (
            <>
              <TextInput {...control} list="topics" maxLength={40} readOnly={!mayEdit} value={form.draft.topic} onChange={(event) => form.set({ topic: event.target.value })} />
              <datalist id="topics">
                {topics.map((topic) => (
                  <option key={topic} value={topic} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        {form.draft.topic.trim() !== '' && (
          <Switch checked={form.draft.only_in_topic} disabled={!mayEdit} onChange={(only_in_topic) => form.set({ only_in_topic })} label={t('onlyInTopic')} hint={t('onlyInTopicHint')} />
        )}
        <ReplyChoice reply={form.draft.reply} onChange={(reply) => form.set({ reply })} readOnly={!mayEdit} checked={checked} error={form.error} />
        {form.base === null && (
          <div>
            <Button variant="primary" busy={form.busy} onClick={() => void save()}>
              {t('createThen')}
            </Button>
          </div>
        )}
      </Section>
      {/* Not on the page of a new one: it goes as soon as it is kept, and what was typed would go with it. */}
      {intent && form.base && <Examples intent={form.base} readOnly={!mayEdit} />}
      {form.base && <SaveBar dirty={form.dirty} busy={form.busy} onSave={() => void save()} onDiscard={form.discard} />}
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('deleteTitle', { name: form.base?.name ?? '' })}
        text={t('deleteText')}
        action={t('delete')}
        onConfirm={async () => {
          if (form.base) await remove.mutateAsync(form.base);
          form.discard();
          toast.success(t('deleted'));
          setTimeout(() => navigate('/understanding', { replace: true }));
        }}
      />
    </Page>
  );
}
