// One ticket: what it is about, who works on it, and what happened to it.
import { useState } from 'react';
import type { TeamView, UserView } from '@qingniao/shared/api';
import type { TicketEventView, TicketFieldView, TicketPriority, TicketState, TicketView } from '@qingniao/shared/ticket';
import { useAll } from '../../api';
import { Link } from '../../app/router';
import { usePageTitle } from '../../app/title';
import { useFormat, useLanguage, useT } from '../../i18n';
import { Button, ErrorNote, Field, fieldError, Loading, Page, Section, Select, TextArea, toast } from '../../ui';
import { useChangeTicket, useTicket, useTicketHistory, useTicketKinds, type TicketChange } from './api';
import { Countdown } from './Countdown';
import { DueDialog } from './DueDialog';
import { FieldInputs, missingFields, type FieldValues } from './FieldInputs';
import { ticketMessages } from './messages';
import { PRIORITIES } from './priorities';
import styles from './Tickets.module.css';

const STATES: readonly TicketState[] = ['open', 'working', 'waiting', 'solved', 'closed'];
const NAMED = ['title', 'text', 'state', 'priority', 'team_id', 'assignee_id', 'due_at'] as const;

export default function TicketPage({ params }: { params: Record<string, string> }) {
  const t = useT(ticketMessages);
  const found = useTicket(params.id ?? '');
  const ticket = found.data?.ticket;
  usePageTitle(ticket ? `#${ticket.number} ${ticket.title}` : t('title'));
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data || !ticket) return <Loading />;
  return (
    <Page title={`#${ticket.number} ${ticket.title}`} description={<Opened ticket={ticket} />} width="narrow">
      <p className={styles.quiet}>
        <Link to="/tickets">{t('back')}</Link>
      </p>
      <Work ticket={ticket} />
      {ticket.text && <p className={styles.text}>{ticket.text}</p>}
      <Fields ticket={ticket} />
      {found.data.conversation_ids.length > 0 && (
        <Section title={t('conversations')}>
          <ul>
            {found.data.conversation_ids.map((id) => (
              <li key={id}>
                <Link to={`/conversations/${id}`}>{t('openConversation')}</Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={t('history')}>
        <Noting ticket={ticket} />
        <History id={ticket.id} />
      </Section>
    </Page>
  );
}

function Opened({ ticket }: { ticket: TicketView }) {
  const t = useT(ticketMessages);
  const { formatDateTime } = useFormat();
  const who = { name: ticket.opened_by.name, at: formatDateTime(ticket.created_at) };
  return (
    <>
      {t(ticket.opened_by.kind === 'flow' ? 'byFlow' : 'openedBy', who)} {ticket.run_id && <Link to={`/runs/${ticket.run_id}`}>{t('seeRun')}</Link>}
    </>
  );
}

function Work({ ticket }: { ticket: TicketView }) {
  const t = useT(ticketMessages);
  const { formatDateTime } = useFormat();
  const users = useAll<UserView>('users');
  const teams = useAll<TeamView>('teams');
  const change = useChangeTicket(ticket);
  const [dating, setDating] = useState(false);
  const set = (wanted: TicketChange) => change.mutate(wanted, { onSuccess: () => toast.success(t('saved')) });
  const people = [{ value: '', label: t('nobody') }, ...(users.data ?? []).filter((user) => !user.disabled).map((user) => ({ value: user.id, label: user.name }))];
  const groups = [{ value: '', label: t('noTeam') }, ...(teams.data ?? []).map((team) => ({ value: team.id, label: team.name }))];
  return (
    <>
      {change.error && <ErrorNote error={change.error} />}
      <div className={styles.facts}>
        <Field label={t('state')} className={styles.fact ?? ''}>
          {(control) => <Select<TicketState> {...control} value={ticket.state} onChange={(state) => set({ state })} options={STATES.map((value) => ({ value, label: t(`state_${value}`) }))} />}
        </Field>
        <Field label={t('priority')} className={styles.fact ?? ''}>
          {(control) => <Select<TicketPriority> {...control} value={ticket.priority} onChange={(priority) => set({ priority })} options={PRIORITIES.map((value) => ({ value, label: t(`priority_${value}`) }))} />}
        </Field>
        <Field label={t('assignee')} className={styles.fact ?? ''}>
          {(control) => <Select {...control} value={ticket.assignee_id ?? ''} onChange={(id) => set({ assignee_id: id || null })} options={people} />}
        </Field>
        <Field label={t('team')} className={styles.fact ?? ''}>
          {(control) => <Select {...control} value={ticket.team_id ?? ''} onChange={(id) => set({ team_id: id || null })} options={groups} />}
        </Field>
      </div>
      <div className={styles.due}>
        {ticket.due_at !== null && (
          <span className={ticket.overdue ? styles.bad : styles.quiet}>
            {t('due')} {formatDateTime(ticket.due_at)}
          </span>
        )}
        <Countdown ticket={ticket} />
        <Button size="sm" variant="ghost" icon="edit" onClick={() => setDating(true)}>
          {t(ticket.due_at === null ? 'dueSet' : 'dueChange')}
        </Button>
      </div>
      {dating && <DueDialog ticket={ticket} onClose={() => setDating(false)} />}
    </>
  );
}

function Fields({ ticket }: { ticket: TicketView }) {
  const t = useT(ticketMessages);
  const language = useLanguage();
  const kinds = useTicketKinds();
  const [editing, setEditing] = useState(false);
  const asked = kinds.data?.items.find((kind) => kind.id === ticket.kind)?.fields ?? [];
  const names = Object.keys(ticket.fields);
  if (names.length === 0 && asked.length === 0) return null;
  const fieldOf = (name: string) => asked.find((one) => one.name === name);
  const titleOf = (name: string) => (language === 'zh-CN' ? fieldOf(name)?.zh : fieldOf(name)?.en) ?? name;
  const shown = (value: unknown) => (value === true ? t('yes') : value === false ? t('no') : String(value));
  const edit = asked.length > 0 && !editing && (
    <Button size="sm" icon="edit" onClick={() => setEditing(true)}>
      {t('editFields')}
    </Button>
  );
  return (
    <Section title={t('fields')} actions={edit || undefined}>
      {editing ? (
        <EditFields ticket={ticket} asked={asked} onDone={() => setEditing(false)} />
      ) : (
        <dl className={styles.values}>
          {names.map((name) => (
            <div key={name}>
              <dt className={styles.quiet}>{titleOf(name)}</dt>
              <dd>{shown(ticket.fields[name])}</dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

function EditFields({ ticket, asked, onDone }: { ticket: TicketView; asked: readonly TicketFieldView[]; onDone: () => void }) {
  const t = useT(ticketMessages);
  const change = useChangeTicket(ticket);
  const [changed, setChanged] = useState<FieldValues>({});
  const values = { ...ticket.fields, ...changed };
  const empty = missingFields(asked, values);
  return (
    <form
      className={styles.editing}
      onSubmit={(event) => {
        event.preventDefault();
        if (empty.length === 0) change.mutate({ fields: changed }, { onSuccess: onDone });
      }}
    >
      {change.error && <ErrorNote error={change.error} />}
      <FieldInputs
        fields={asked}
        values={values}
        errorOf={(name) => fieldError(change.error, `fields.${name}`) ?? (empty.includes(name) ? t('needed') : undefined)}
        onChange={(name, value) => setChanged({ ...changed, [name]: value })}
      />
      <span className={styles.deeds}>
        <Button type="submit" variant="primary" busy={change.isPending}>
          {t('save')}
        </Button>
        <Button onClick={onDone}>{t('cancel')}</Button>
      </span>
    </form>
  );
}

function Noting({ ticket }: { ticket: TicketView }) {
  const t = useT(ticketMessages);
  const change = useChangeTicket(ticket);
  const [note, setNote] = useState('');
  return (
    <div className={styles.noting}>
      {change.error && <ErrorNote error={change.error} />}
      <Field label={t('note')}>{(control) => <TextArea {...control} rows={3} maxLength={10000} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
      <Button disabled={!note.trim()} busy={change.isPending} onClick={() => change.mutate({ note: note.trim() }, { onSuccess: () => setNote('') })}>
        {t('addNote')}
      </Button>
    </div>
  );
}

function History({ id }: { id: string }) {
  const t = useT(ticketMessages);
  const { formatDateTime } = useFormat();
  const history = useTicketHistory(id);
  const named = (name: string) => {
    const known = NAMED.find((one) => one === name);
    return known ? t(`field_${known}`) : name.replace(/^fields\./, '');
  };
  const did = ({ what, changed }: TicketEventView) => {
    if (what === 'changed') return t('did_changed', { fields: Object.keys(changed).map(named).join('、') });
    return what === 'warned' || what === 'breached' ? t(`did_${what}`, { percent: Number(changed.percent) || 0 }) : t(`did_${what}`);
  };
  return (
    <ol className={styles.history}>
      {(history.data?.items ?? []).map((event) => (
        <li key={event.seq}>
          <span>
            {event.by.name || t('system')} {did(event)}
          </span>{' '}
          <time className={styles.quiet}>{formatDateTime(event.at)}</time>
          {event.note && <p className={styles.text}>{event.note}</p>}
        </li>
      ))}
    </ol>
  );
}
