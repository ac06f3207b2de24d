import { useState } from 'react';
import type { WebhookView } from '@qingniao/shared/api';
import { useResourceForm } from '../../api';
import { useT } from '../../i18n';
import { Button, Checkbox, Dialog, Field, fieldError, FieldSet, SaveError, Switch, TextInput, toast } from '../../ui';
import { settingsMessages } from '../settings/messages';
import { WEBHOOK_EVENTS } from './api';
import { webhookMessages } from './messages';

interface Draft {
  url: string;
  events: string[];
  enabled: boolean;
}

const toDraft = (hook: WebhookView | null): Draft => ({
  url: hook?.url ?? '',
  events: hook?.events ?? [],
  enabled: hook?.enabled ?? true,
});

function isAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text.trim()).protocol);
  } catch {
    return false;
  }
}

export interface WebhookDialogProps {
  webhook: WebhookView | null;
  onClose: () => void;
  onSaved: (hook: WebhookView) => void;
}

export function WebhookDialog({ webhook, onClose, onSaved }: WebhookDialogProps) {
  const t = useT(webhookMessages);
  const common = useT(settingsMessages);
  const form = useResourceForm<WebhookView, Draft>({
    name: 'webhooks',
    object: webhook,
    toDraft,
    toBody: (draft) => ({ ...draft, url: draft.url.trim() }),
  });
  const [checked, setChecked] = useState(false);
  const { draft, set } = form;

  async function submit() {
    setChecked(true);
    if (!isAddress(draft.url)) return;
    const saved = await form.save();
    if (!saved) return;
    toast.success(common('saved'));
    onClose();
    onSaved(saved);
  }

  function toggle(event: string, on: boolean) {
    set({ events: on ? [...draft.events, event] : draft.events.filter((one) => one !== event) });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t(webhook ? 'editTitle' : 'new')}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {common(webhook ? 'save' : 'create')}
          </Button>
        </>
      }
    >
      <SaveError error={form.error} onReload={() => void form.reload()} onKeep={() => void form.keep()} />
      <Field label={t('url')} hint={t('urlHint')} error={fieldError(form.error, 'url') ?? (checked && !isAddress(draft.url) ? t('urlBad') : undefined)}>
        {(control) => (
          <TextInput {...control} type="url" autoFocus placeholder="https://" maxLength={2000} value={draft.url} onChange={(event) => set({ url: event.target.value })} />
        )}
      </Field>
      <FieldSet legend={t('events')}>
        <Checkbox label={t('allEvents')} hint={t('allEventsHint')} checked={draft.events.length === 0} onChange={(on) => set({ events: on ? [] : [...WEBHOOK_EVENTS] })} />
        {WEBHOOK_EVENTS.map((event) => (
          <Checkbox
            key={event}
            label={event}
            disabled={draft.events.length === 0}
            checked={draft.events.length === 0 || draft.events.includes(event)}
            onChange={(on) => toggle(event, on)}
          />
        ))}
      </FieldSet>
      <Switch label={t('enabled')} hint={t('enabledHint')} checked={draft.enabled} onChange={(enabled) => set({ enabled })} />
    </Dialog>
  );
}
