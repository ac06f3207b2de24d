// A new ticket, about a conversation or by itself.
import { useState } from 'react';
import type { TicketPriority, TicketView } from '@qingniao/shared/ticket';
import { useLanguage, useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, fieldError, Select, TextArea, TextInput, toast } from '../../ui';
import { useOpenTicket, useTicketKinds } from './api';
import { FieldInputs, filled, missingFields, type FieldValues } from './FieldInputs';
import { ticketMessages } from './messages';
import { PRIORITIES } from './priorities';

export function NewTicketDialog({ conversationId, onClose, onOpened }: { conversationId?: string; onClose(): void; onOpened(ticket: TicketView): void }) {
  const t = useT(ticketMessages);
  const language = useLanguage();
  const kinds = useTicketKinds();
  const open = useOpenTicket();
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [kind, setKind] = useState('general');
  const [priority, setPriority] = useState<TicketPriority>('normal');
  const [fields, setFields] = useState<FieldValues>({});
  const [checked, setChecked] = useState(false);
  const asked = kinds.data?.items.find((one) => one.id === kind)?.fields ?? [];
  const empty = missingFields(asked, fields);
  const missing = checked && !title.trim() ? t('needed') : undefined;
  const submit = () => {
    setChecked(true);
    if (!title.trim() || empty.length > 0) return;
    const known = Object.fromEntries(Object.entries(fields).filter(([name]) => asked.some((field) => field.name === name)));
    const about = conversationId ? { conversation_id: conversationId } : {};
    open.mutate(
      { title: title.trim(), text, kind, priority, fields: filled(known), ...about },
      {
        onSuccess: (ticket) => {
          toast.success(t('created', { n: ticket.number }));
          onOpened(ticket);
          onClose();
        },
      },
    );
  };
  const options = (kinds.data?.items ?? []).map((one) => ({ value: one.id, label: language === 'zh-CN' ? one.name_zh : one.name_en }));
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('new')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={open.isPending}>
            {t('create')}
          </Button>
        </>
      }
    >
      {open.error && <ErrorNote error={open.error} />}
      <Field label={t('ticketTitle')} error={fieldError(open.error, 'title') ?? missing}>
        {(control) => <TextInput {...control} autoFocus maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />}
      </Field>
      <Field label={t('kind')} error={fieldError(open.error, 'kind')}>
        {(control) => <Select {...control} value={kind} onChange={setKind} options={options} />}
      </Field>
      <FieldInputs
        key={kind}
        fields={asked}
        values={fields}
        errorOf={(name) => fieldError(open.error, `fields.${name}`) ?? (checked && empty.includes(name) ? t('needed') : undefined)}
        onChange={(name, value) => setFields({ ...fields, [name]: value })}
      />
      <Field label={t('priority')}>
        {(control) => <Select<TicketPriority> {...control} value={priority} onChange={setPriority} options={PRIORITIES.map((value) => ({ value, label: t(`priority_${value}`) }))} />}
      </Field>
      <Field label={t('text')} optional error={fieldError(open.error, 'text')}>
        {(control) => <TextArea {...control} rows={5} maxLength={10000} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
    </Dialog>
  );
}
