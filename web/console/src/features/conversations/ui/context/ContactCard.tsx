// Who it is: name, ways to reach them, language; edited in place.
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ContactView, ConversationView, Language } from '@qingniao/shared/api';
import { api, ApiError, path } from '../../../../api';
import { Link } from '../../../../app/router';
import { useT } from '../../../../i18n';
import { Avatar, Badge, Button, Dialog, ErrorNote, Field, Icon, Select, TextInput, fieldError, toast } from '../../../../ui';
import { useContact } from '../../api/queries';
import { messages } from '../../messages';
import { contactName } from '../../model/names';
import { Ago } from '../clock';
import styles from './Context.module.css';

export function ContactCard({ conversation }: { conversation: ConversationView }) {
  const t = useT(messages);
  const brief = conversation.contact;
  const { data } = useContact(brief.id);
  const [editing, setEditing] = useState(false);
  const contact = data ?? brief;
  const name = contactName(contact, t);
  const language = contact.language === null ? t('languageUnknown') : t(contact.language === 'en' ? 'langEn' : 'langZh');
  return (
    <section className={styles.card} aria-label={t('contact')}>
      <Avatar name={name} seed={brief.id} size="lg" />
      <div className={styles.cardWords}>
        <p className={styles.cardName} dir="auto">
          {name}
        </p>
        <p className={styles.cardHint}>
          {language}
          {data !== undefined && (
            <>
              {' · '}
              {t('lastSeen')} <Ago at={data.last_seen_at} />
            </>
          )}
        </p>
        {data?.blocked === true && <Badge tone="danger">{t('blocked')}</Badge>}
      </div>
      <ul className={styles.reach}>
        {contact.phone !== null && contact.phone !== '' && (
          <li>
            <Icon name="phone" size={15} />
            <bdi>{contact.phone}</bdi>
          </li>
        )}
        {contact.email !== null && contact.email !== '' && (
          <li>
            <Icon name="mail" size={15} />
            <bdi>{contact.email}</bdi>
          </li>
        )}
      </ul>
      <div className={styles.cardActions}>
        <Button size="sm" icon="edit" disabled={data === undefined} onClick={() => setEditing(true)}>
          {t('editContact')}
        </Button>
        <Link to={`/contacts/${brief.id}`} className={styles.cardLink}>
          {t('openContact')}
        </Link>
      </div>
      {editing && data !== undefined && <ContactDialog contact={data} onClose={() => setEditing(false)} />}
    </section>
  );
}

function ContactDialog({ contact, onClose }: { contact: ContactView; onClose(): void }) {
  const t = useT(messages);
  const client = useQueryClient();
  const [name, setName] = useState(contact.name);
  const [email, setEmail] = useState(contact.email ?? '');
  const [phone, setPhone] = useState(contact.phone ?? '');
  const [language, setLanguage] = useState<Language | ''>(contact.language ?? '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const body = {
        name: name.trim(),
        email: email.trim() || null,
        phone: phone.trim() || null,
        ...(language === '' ? {} : { language }),
      };
      const saved = await api.patch<ContactView>(path('/contacts/{}', contact.id), body, contact.version);
      client.setQueryData(['contacts', 'one', contact.id], saved);
      void client.invalidateQueries({ queryKey: ['contacts'] });
      void client.invalidateQueries({ queryKey: ['conversations'] });
      toast.success(t('saved'));
      onClose();
    } catch (problem) {
      if (problem instanceof ApiError && problem.isStale) {
        await client.invalidateQueries({ queryKey: ['contacts', 'one', contact.id] });
        toast.error(t('staleContact'));
        onClose();
        return;
      }
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('editContact')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" busy={busy}>
            {t('save')}
          </Button>
        </>
      }
    >
      <Field label={t('name')} error={fieldError(error, 'name')}>
        {(control) => <TextInput {...control} dir="auto" autoFocus maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label={t('phone')} optional error={fieldError(error, 'phone')}>
        {(control) => <TextInput {...control} type="tel" value={phone} maxLength={64} onChange={(event) => setPhone(event.target.value)} />}
      </Field>
      <Field label={t('email')} optional error={fieldError(error, 'email')}>
        {(control) => <TextInput {...control} type="email" value={email} maxLength={254} onChange={(event) => setEmail(event.target.value)} />}
      </Field>
      <Field label={t('language')}>
        {(control) => (
          <Select<Language | ''>
            {...control}
            value={language}
            onChange={setLanguage}
            options={[
              ...(contact.language === null ? [{ value: '' as const, label: t('languageUnknown') }] : []),
              { value: 'zh-CN', label: t('langZh') },
              { value: 'en', label: t('langEn') },
            ]}
          />
        )}
      </Field>
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}
