import { useState } from 'react';
import type { ContactView, InboxView, Language } from '@qingniao/shared/api';
import { useAll, useOne, useResourceForm } from '../../../api';
import { useLeaveGuard } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, Columns, ErrorNote, Field, fieldError, Icon, Loading, Page, SaveBar, SaveError, Section, Select, Switch, TextInput, toast, uiMessages, type Tone } from '../../../ui';
import { contactMessages } from '../messages';
import { isSound, problemsOf, toBody, toDraft, type ContactDraft } from '../model/draft';
import { useContactName } from '../model/name';
import { Attributes } from './Attributes';
import { ContactConversations } from './ContactConversations';
import { ContactPages } from './ContactPages';
import { StartDialog } from './StartDialog';
import styles from './ContactDetail.module.css';

export function ContactDetail({ id }: { id: string }) {
  const t = useT(contactMessages);
  const contact = useOne<ContactView>('contacts', id);
  if (contact.error && !contact.data) {
    return (
      <Page title={t('title')} back={{ to: '/contacts', label: t('back') }}>
        <ErrorNote error={contact.error} onRetry={() => void contact.refetch()} />
      </Page>
    );
  }
  return contact.data ? <Detail contact={contact.data} /> : <Loading />;
}

function Detail({ contact }: { contact: ContactView }) {
  const t = useT(contactMessages);
  const ui = useT(uiMessages);
  const { formatDateTime } = useFormat();
  const nameOf = useContactName();
  const form = useResourceForm<ContactView, ContactDraft>({ name: 'contacts', object: contact, toDraft, toBody });
  const [checked, setChecked] = useState(false);
  const [starting, setStarting] = useState(false);
  const problems = problemsOf(form.draft);
  useLeaveGuard(form.dirty, ui('unsavedQuestion'));
  const current = form.base ?? contact;

  async function save() {
    setChecked(true);
    if (isSound(problems) && (await form.save())) toast.success(t('saved'));
  }

  return (
    <Page
      title={nameOf(current)}
      back={{ to: '/contacts', label: t('back') }}
      description={
        <span className={styles.summary}>
          {current.blocked && <Badge tone="danger">{t('blocked')}</Badge>}
          <span>
            {t('lastSeen')} {formatDateTime(current.last_seen_at)}
          </span>
          <span>
            {t('firstSeen')} {formatDateTime(current.created_at)}
          </span>
        </span>
      }
      actions={
        <Button variant="primary" icon="chat" onClick={() => setStarting(true)}>
          {t('start')}
        </Button>
      }
    >
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      <div className={styles.layout}>
        <div className={styles.main}>
          <Profile form={form} badEmail={checked && problems.email} />
          <Attributes rows={form.draft.attributes} onChange={(attributes) => form.set({ attributes })} problems={checked ? problems : null} />
        </div>
        <div className={styles.side}>
          <ContactConversations contactId={contact.id} />
          <Identities contact={current} />
          <ContactPages contactId={contact.id} />
        </div>
      </div>
      <SaveBar
        dirty={form.dirty}
        busy={form.busy}
        onSave={() => void save()}
        onDiscard={() => {
          form.discard();
          setChecked(false);
        }}
      />
      {starting && <StartDialog contact={current} onClose={() => setStarting(false)} />}
    </Page>
  );
}

interface ProfileProps {
  form: ReturnType<typeof useResourceForm<ContactView, ContactDraft>>;
  badEmail: boolean;
}

function Profile({ form, badEmail }: ProfileProps) {
  const t = useT(contactMessages);
  const { draft, set, error } = form;
  return (
    <Section title={t('profile')}>
      <Columns>
        <Field label={t('name')} error={fieldError(error, 'name')}>
          {(control) => <TextInput {...control} maxLength={200} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}
        </Field>
        <Field label={t('language')} error={fieldError(error, 'language')}>
          {(control) => (
            <Select<Language | ''>
              {...control}
              value={draft.language}
              onChange={(language) => set({ language })}
              options={[
                { value: '', label: t('unknown') },
                { value: 'zh-CN', label: '简体中文' },
                { value: 'en', label: 'English' },
              ]}
            />
          )}
        </Field>
        <Field label={t('email')} error={fieldError(error, 'email') ?? (badEmail ? t('emailBad') : undefined)}>
          {(control) => <TextInput {...control} type="email" maxLength={200} value={draft.email} onChange={(event) => set({ email: event.target.value })} />}
        </Field>
        <Field label={t('phone')} error={fieldError(error, 'phone')}>
          {(control) => <TextInput {...control} type="tel" maxLength={40} value={draft.phone} onChange={(event) => set({ phone: event.target.value })} />}
        </Field>
      </Columns>
      <Switch label={t('block')} hint={t('blockHint')} checked={draft.blocked} onChange={(blocked) => set({ blocked })} />
    </Section>
  );
}

const EVIDENCE_TONE: Record<string, Tone> = { anonymous: 'neutral', claimed: 'warning', channel: 'info', verified: 'success' };

function Identities({ contact }: { contact: ContactView }) {
  const t = useT(contactMessages);
  const inboxes = useAll<InboxView>('inboxes');
  return (
    <Section title={t('identities')} description={t('identitiesText')}>
      {contact.identities.length === 0 && <p className={styles.quiet}>{t('noIdentities')}</p>}
      <ul className={styles.identities}>
        {contact.identities.map((identity) => (
          <li key={identity.id} className={styles.identity}>
            <Icon name={identity.channel === 'api' ? 'code' : 'chat'} size={17} />
            <span className={styles.identityWords}>
              <span>{inboxes.data?.find((inbox) => inbox.id === identity.inbox_id)?.name ?? identity.channel}</span>
              <code className={styles.external}>{identity.external_id}</code>
            </span>
            <Badge tone={EVIDENCE_TONE[identity.evidence] ?? 'neutral'}>{t(identity.evidence)}</Badge>
          </li>
        ))}
      </ul>
    </Section>
  );
}
