// Writes to a customer first: who, over which inbox, and the first words.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ContactView, Page } from '@qingniao/shared/api';
import { api } from '../../../../api';
import { useDebounced } from '../../../../commands/use-search-hits';
import { useT } from '../../../../i18n';
import { Avatar, Button, Dialog, ErrorNote, Field, Loading, Select, TextArea, TextInput } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { messages } from '../../messages';
import { contactName } from '../../model/names';
import { changeListQuery } from '../../model/view-state';
import { useLookups } from '../lookups';
import styles from './actions.module.css';

export interface StartDialogProps {
  onClose(): void;
  onStarted(conversationId: string): void;
  /** Already chosen, e.g. from the contact's own panel. */
  contact?: ContactView;
}

export function StartDialog({ onClose, onStarted, contact: given }: StartDialogProps) {
  const t = useT(messages);
  const { inboxes } = useLookups();
  const actions = useConversationActions();
  const [contact, setContact] = useState<ContactView | null>(given ?? null);
  const [inboxId, setInboxId] = useState('');
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  // Only inboxes where the customer is known: elsewhere there is no way to reach them.
  const reachable = inboxes.filter((inbox) => contact?.identities.some((identity) => identity.inbox_id === inbox.id));
  const chosen = reachable.find((inbox) => inbox.id === inboxId) ?? reachable[0];
  const ready = contact !== null && chosen !== undefined && text.trim() !== '';

  const submit = async (): Promise<void> => {
    if (contact === null || chosen === undefined || !ready) return;
    setBusy(true);
    setError(null);
    try {
      const made = await actions.start(contact.id, chosen.id, text.trim());
      changeListQuery({ bucket: 'active', view: 'mine' });
      onStarted(made.id);
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('startTitle')}
      description={t('startText')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" icon="send" busy={busy} disabled={!ready}>
            {t('startSend')}
          </Button>
        </>
      }
    >
      {contact === null ? (
        <ContactPicker onPick={setContact} />
      ) : (
        <div className={styles.picked}>
          <Avatar name={contactName(contact, t)} seed={contact.id} size="sm" />
          <span className={styles.pickedName} dir="auto">
            {contactName(contact, t)}
          </span>
          {given === undefined && (
            <Button size="sm" variant="ghost" onClick={() => setContact(null)}>
              {t('edit')}
            </Button>
          )}
        </div>
      )}
      {contact !== null && (
        <Field label={t('startInbox')} error={reachable.length === 0 ? t('startNoIdentity') : undefined}>
          {(control) => (
            <Select
              {...control}
              value={chosen?.id ?? ''}
              onChange={setInboxId}
              options={reachable.map((inbox) => ({ value: inbox.id, label: inbox.name }))}
            />
          )}
        </Field>
      )}
      <Field label={t('startMessage')}>
        {(control) => <TextArea {...control} rows={4} value={text} maxLength={10_000} onChange={(event) => setText(event.target.value)} />}
      </Field>
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}

function ContactPicker({ onPick }: { onPick(contact: ContactView): void }) {
  const t = useT(messages);
  const [typed, setTyped] = useState('');
  const q = useDebounced(typed.trim(), 200);
  const found = useQuery({
    queryKey: ['contacts', 'picker', q],
    queryFn: ({ signal }) => api.get<Page<ContactView>>('/contacts', { q, limit: 6 }, signal),
  });
  const pick = async (contact: ContactView): Promise<void> => {
    // Lists may leave the identities out.
    onPick(contact.identities !== undefined ? contact : await api.get<ContactView>(`/contacts/${contact.id}`));
  };
  return (
    <div>
      <Field label={t('startContact')}>
        {(control) => (
          <TextInput
            {...control}
            icon="search"
            autoFocus
            value={typed}
            placeholder={t('startContactSearch')}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <ul className={styles.choices}>
        {found.isPending && <Loading />}
        {found.data?.items.map((contact) => (
          <li key={contact.id}>
            <button type="button" className={styles.choice} onClick={() => void pick(contact)}>
              <Avatar name={contactName(contact, t)} seed={contact.id} size="sm" />
              <span className={styles.choiceName} dir="auto">
                {contactName(contact, t)}
              </span>
              <span className={styles.choiceHint} dir="auto">
                {contact.phone ?? contact.email ?? ''}
              </span>
            </button>
          </li>
        ))}
        {found.data?.items.length === 0 && <li className={styles.nothing}>{t('startNoContact')}</li>}
      </ul>
    </div>
  );
}
