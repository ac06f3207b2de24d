import { useState } from 'react';
import type { ContactView } from '@qingniao/shared/api';
import { useResourceForm } from '../../../api';
import { navigate } from '../../../app/router';
import { useT } from '../../../i18n';
import { Button, Dialog, Field, fieldError, SaveError, TextInput, toast } from '../../../ui';
import { contactMessages } from '../messages';
import { problemsOf, toBody, toDraft, type ContactDraft } from '../model/draft';

export function NewContactDialog({ onClose }: { onClose: () => void }) {
  const t = useT(contactMessages);
  const form = useResourceForm<ContactView, ContactDraft>({ name: 'contacts', object: null, toDraft, toBody });
  const [checked, setChecked] = useState(false);
  const { draft, set } = form;
  const empty = !draft.name.trim() && !draft.email.trim() && !draft.phone.trim();
  const problems = problemsOf(draft);
  async function submit() {
    setChecked(true);
    if (empty || problems.email) return;
    const saved = await form.save();
    if (!saved) return;
    toast.success(t('created'));
    onClose();
    navigate(`/contacts/${saved.id}`);
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('new')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {t('create')}
          </Button>
        </>
      }
    >
      <SaveError error={form.error} onReload={() => undefined} />
      <Field label={t('name')} error={fieldError(form.error, 'name') ?? (checked && empty ? t('needOne') : undefined)}>
        {(control) => <TextInput {...control} autoFocus maxLength={200} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}
      </Field>
      <Field label={t('email')} optional error={fieldError(form.error, 'email') ?? (checked && problems.email ? t('emailBad') : undefined)}>
        {(control) => <TextInput {...control} type="email" maxLength={200} value={draft.email} onChange={(event) => set({ email: event.target.value })} />}
      </Field>
      <Field label={t('phone')} optional error={fieldError(form.error, 'phone')}>
        {(control) => <TextInput {...control} type="tel" maxLength={40} value={draft.phone} onChange={(event) => set({ phone: event.target.value })} />}
      </Field>
    </Dialog>
  );
}
