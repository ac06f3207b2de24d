// When a ticket is to be done, as a person says it: that comes before what a service level promises, and without it the promise counts again.
import { useState } from 'react';
import type { TicketView } from '@qingniao/shared/ticket';
import { shownTimeZone, useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, TextInput, toast } from '../../ui';
import { fromInputValue, toInputValue } from '../conversations/model/snooze';
import { useChangeTicket } from './api';
import { ticketMessages } from './messages';

const DAY_MS = 86_400_000;

export function DueDialog({ ticket, onClose }: { ticket: TicketView; onClose(): void }) {
  const t = useT(ticketMessages);
  const change = useChangeTicket(ticket);
  const zone = shownTimeZone();
  const [now] = useState(Date.now);
  const [typed, setTyped] = useState(() => toInputValue(ticket.due_at ?? now + DAY_MS, zone));
  const due = fromInputValue(typed, zone);
  const isGiven = ticket.due_at !== null && ticket.sla.length === 0;
  const set = (due_at: number | null) =>
    change.mutate(
      { due_at },
      {
        onSuccess: () => {
          toast.success(t('saved'));
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('dueTitle')}
      description={t('dueText')}
      onSubmit={() => {
        if (due !== null) set(due);
      }}
      footer={
        <>
          {isGiven && <Button onClick={() => set(null)}>{t('dueClear')}</Button>}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" busy={change.isPending} disabled={due === null}>
            {t('save')}
          </Button>
        </>
      }
    >
      {change.error && <ErrorNote error={change.error} />}
      <Field label={t('due')}>{(control) => <TextInput {...control} type="datetime-local" value={typed} onChange={(event) => setTyped(event.target.value)} />}</Field>
    </Dialog>
  );
}
