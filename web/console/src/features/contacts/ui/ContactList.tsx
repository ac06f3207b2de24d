import { useState } from 'react';
import type { ContactView } from '@qingniao/shared/api';
import { flatten, usePages } from '../../../api';
import { Link, navigate } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { Avatar, Badge, Button, EmptyState, ErrorNote, LoadMore, Loading, Page, Table, TextInput, Toolbar, useDebounced } from '../../../ui';
import { contactMessages } from '../messages';
import { useContactName } from '../model/name';
import { NewContactDialog } from './NewContactDialog';
import styles from './ContactList.module.css';

export function ContactList() {
  const t = useT(contactMessages);
  const { formatRelative } = useFormat();
  const nameOf = useContactName();
  const [typed, setTyped] = useState('');
  const [creating, setCreating] = useState(false);
  const q = useDebounced(typed.trim());
  const contacts = usePages<ContactView>('contacts', { q });
  const rows = flatten(contacts.data);
  const now = Date.now();
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
          {t('new')}
        </Button>
      }
    >
      <Toolbar>
        <div className={styles.search}>
          <TextInput icon="search" type="search" aria-label={t('search')} placeholder={t('search')} value={typed} onChange={(event) => setTyped(event.target.value)} />
        </div>
      </Toolbar>
      {contacts.isPending && <Loading />}
      {contacts.error && <ErrorNote error={contacts.error} onRetry={() => void contacts.refetch()} />}
      {contacts.data && rows.length === 0 && (
        <EmptyState icon={q ? 'search' : 'people'} title={t(q ? 'noMatch' : 'empty')} text={t(q ? 'noMatchText' : 'emptyText')} />
      )}
      {rows.length > 0 && (
        <Table
          label={t('title')}
          rows={rows}
          rowKey={(contact) => contact.id}
          onRowClick={(contact) => navigate(`/contacts/${contact.id}`)}
          dimmed={(contact) => contact.blocked}
          columns={[
            {
              key: 'name',
              title: t('name'),
              grow: true,
              render: (contact) => (
                <Link to={`/contacts/${contact.id}`} className={styles.name}>
                  <Avatar name={contact.name} seed={contact.id} />
                  <span className={styles.words}>
                    <span>{nameOf(contact)}</span>
                    <span className={styles.narrow}>{contact.email ?? contact.phone}</span>
                  </span>
                  {contact.blocked && <Badge tone="danger">{t('blocked')}</Badge>}
                </Link>
              ),
            },
            { key: 'email', title: t('email'), wideOnly: true, render: (contact) => <span className={styles.quiet}>{contact.email ?? '–'}</span> },
            { key: 'phone', title: t('phone'), wideOnly: true, render: (contact) => <span className={styles.quiet}>{contact.phone ?? '–'}</span> },
            { key: 'seen', title: t('lastSeen'), align: 'end', render: (contact) => <span className={styles.quiet}>{formatRelative(contact.last_seen_at, now)}</span> },
          ]}
        />
      )}
      <LoadMore hasMore={contacts.hasNextPage} busy={contacts.isFetchingNextPage} onClick={() => void contacts.fetchNextPage()} />
      {creating && <NewContactDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}
