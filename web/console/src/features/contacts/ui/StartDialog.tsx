import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { ContactView, InboxView } from '@qingniao/shared/api';
import { useAll, useCreateKey } from '../../../api';
import { navigate } from '../../../app/router';
import { useT } from '../../../i18n';
import { Button, Dialog, ErrorNote, Field, fieldError, Loading, Select, TextArea } from '../../../ui';
import { startConversation } from '../api';
import { contactMessages } from '../messages';
import styles from './ContactDetail.module.css';

/** Only inboxes that know this contact can carry a message to them. */
export function StartDialog({ contact, onClose }: { contact: ContactView; onClose: () => void }) {
  const t = useT(contactMessages);
  const inboxes = useAll<InboxView>('inboxes');
  const known = new Set(contact.identities.map((identity) => identity.inbox_id));
  const usable = inboxes.data?.filter((inbox) => known.has(inbox.id)) ?? [];
  const [chosen, setChosen] = useState('');
  const [text, setText] = useState('');
  const [checked, setChecked] = useState(false);
  const createKey = useCreateKey();
  const inboxId = chosen || usable[0]?.id || '';
  const start = useMutation({
    mutationFn: () => startConversation(contact.id, inboxId, text.trim(), createKey([contact.id, inboxId, text.trim()])),
    onSuccess: (conversation) => {
      onClose();
      navigate(`/conversations/${conversation.id}`);
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('start')}
      description={t('startText')}
      onSubmit={() => {
        setChecked(true);
        if (text.trim() && inboxId) start.mutate();
      }}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" icon="send" busy={start.isPending} disabled={!inboxId}>
            {t('send')}
          </Button>
        </>
      }
    >
      {inboxes.isPending && <Loading />}
      {inboxes.error && <ErrorNote error={inboxes.error} onRetry={() => void inboxes.refetch()} />}
      {start.error && <ErrorNote error={start.error} />}
      {inboxes.data && usable.length === 0 && <p className={styles.quiet}>{t('noInbox')}</p>}
      {usable.length > 0 && (
        <>
          <Field label={t('inbox')}>
            {(control) => <Select {...control} value={inboxId} onChange={setChosen} options={usable.map((inbox) => ({ value: inbox.id, label: inbox.name }))} />}
          </Field>
          <Field label={t('message')} error={fieldError(start.error, 'text') ?? (checked && !text.trim() ? t('needed') : undefined)}>
            {(control) => <TextArea {...control} rows={4} maxLength={10_000} value={text} onChange={(event) => setText(event.target.value)} />}
          </Field>
        </>
      )}
    </Dialog>
  );
}
