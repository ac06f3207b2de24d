// Tickets, newest first: what is not done, unless asked otherwise.
import { useState } from 'react';
import type { UserView } from '@qingniao/shared/api';
import type { TicketView } from '@qingniao/shared/ticket';
import { flatten, useAll } from '../../api';
import { Link, navigate, useSearchParam } from '../../app/router';
import { usePageTitle } from '../../app/title';
import { useFormat, useT } from '../../i18n';
import { Button, EmptyState, ErrorNote, LoadMore, Loading, Page, Select, Table, TextInput, Toolbar, useDebounced } from '../../ui';
import { useTicketCounts, useTickets } from './api';
import { Countdown } from './Countdown';
import { ticketMessages } from './messages';
import { NewTicketDialog } from './NewTicketDialog';
import { PriorityBadge, StateBadge } from './Badges';
import { askFor, countOf, WHOSE, whoseOf, type Whose } from './whose';
import styles from './Tickets.module.css';

const STATES = ['active', 'open', 'working', 'waiting', 'solved', 'closed', 'all'] as const;
const WHOSE_WORD = { '': 'anyone', me: 'me', team: 'myTeams', none: 'nobody' } as const;

export default function TicketsPage() {
  const t = useT(ticketMessages);
  usePageTitle(t('title'));
  const [wanted, setState] = useSearchParam('state');
  const [whose, setWhose] = useSearchParam('assignee');
  const [search, setSearch] = useState('');
  const [opening, setOpening] = useState(false);
  const state = STATES.find((one) => one === wanted) ?? 'active';
  const shown = whoseOf(whose);
  const counts = useTicketCounts();
  const q = useDebounced(search.trim(), 250);
  const tickets = useTickets({ state: state === 'all' ? '' : state, ...askFor(shown), q });
  const rows = flatten(tickets.data);
  const isAll = state === 'all' && shown === '' && !q;
  const said = (one: Whose) => {
    const count = countOf(one, counts.data);
    return count ? t('counted', { name: t(WHOSE_WORD[one]), n: count }) : t(WHOSE_WORD[one]);
  };
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => setOpening(true)}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      <Toolbar>
        <div className={styles.search}>
          <TextInput icon="search" type="search" aria-label={t('search')} placeholder={t('search')} value={search} onChange={(event) => setSearch(event.target.value)} />
        </div>
        <div className={styles.choice}>
          <Select label={t('state')} value={state} onChange={setState} options={STATES.map((value) => ({ value, label: t(`state_${value}`) }))} />
        </div>
        <div className={styles.choice}>
          <Select<Whose> label={t('assignee')} value={shown} onChange={setWhose} options={WHOSE.map((value) => ({ value, label: said(value) }))} />
        </div>
      </Toolbar>
      {tickets.isPending && <Loading />}
      {tickets.error && <ErrorNote error={tickets.error} onRetry={() => void tickets.refetch()} />}
      {tickets.data && rows.length === 0 && (isAll ? <EmptyState icon="list" title={t('empty')} text={t('emptyText')} action={newButton} /> : <EmptyState icon="search" title={t('noMatch')} />)}
      {rows.length > 0 && <TicketTable rows={rows} />}
      <LoadMore hasMore={tickets.hasNextPage} busy={tickets.isFetchingNextPage} onClick={() => void tickets.fetchNextPage()} />
      {opening && <NewTicketDialog onClose={() => setOpening(false)} onOpened={(ticket) => navigate(`/tickets/${ticket.id}`)} />}
    </Page>
  );
}

function TicketTable({ rows }: { rows: readonly TicketView[] }) {
  const t = useT(ticketMessages);
  const { formatDateTime } = useFormat();
  const users = useAll<UserView>('users');
  const nameOf = (id: string | null) => (id === null ? t('nobody') : (users.data?.find((user) => user.id === id)?.name ?? id));
  return (
    <Table
      label={t('title')}
      rows={rows}
      rowKey={(ticket) => ticket.id}
      onRowClick={(ticket) => navigate(`/tickets/${ticket.id}`)}
      columns={[
        {
          key: 'title',
          title: t('ticketTitle'),
          grow: true,
          render: (ticket) => (
            <span className={styles.name}>
              <Link to={`/tickets/${ticket.id}`}>
                <span className={styles.number}>#{ticket.number}</span> {ticket.title}
              </Link>
              <Countdown ticket={ticket} />
            </span>
          ),
        },
        { key: 'state', title: t('state'), render: (ticket) => <StateBadge state={ticket.state} /> },
        { key: 'priority', title: t('priority'), wideOnly: true, render: (ticket) => <PriorityBadge priority={ticket.priority} /> },
        { key: 'assignee', title: t('assignee'), wideOnly: true, render: (ticket) => <span className={styles.quiet}>{nameOf(ticket.assignee_id)}</span> },
        { key: 'updated', title: t('updated'), wideOnly: true, render: (ticket) => <span className={styles.quiet}>{formatDateTime(ticket.updated_at)}</span> },
      ]}
    />
  );
}
