import { useState } from 'react';
import type { InboxView, TeamView } from '@qingniao/shared/api';
import { useAll } from '../../api';
import { Link, navigate } from '../../app/router';
import { useT } from '../../i18n';
import { Badge, Button, EmptyState, ErrorNote, Icon, Loading, Page, Table } from '../../ui';
import { inboxMessages } from './messages';
import { InboxDetail } from './ui/InboxDetail';
import { NewInboxDialog } from './ui/NewInboxDialog';
import styles from './InboxesPage.module.css';

export function InboxesPage({ id }: { id: string | null }) {
  return id ? <InboxDetail key={id} id={id} /> : <InboxList />;
}

function InboxList() {
  const t = useT(inboxMessages);
  const inboxes = useAll<InboxView>('inboxes');
  const teams = useAll<TeamView>('teams');
  const [creating, setCreating] = useState(false);
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
      {t('new')}
    </Button>
  );
  const teamName = (id: string | null) => teams.data?.find((team) => team.id === id)?.name ?? t('noTeam');
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      {inboxes.isPending && <Loading />}
      {inboxes.error && <ErrorNote error={inboxes.error} onRetry={() => void inboxes.refetch()} />}
      {inboxes.data?.length === 0 && <EmptyState icon="inbox" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {inboxes.data && inboxes.data.length > 0 && (
        <Table
          label={t('title')}
          rows={inboxes.data}
          rowKey={(inbox) => inbox.id}
          onRowClick={(inbox) => navigate(`/settings/inboxes/${inbox.id}`)}
          columns={[
            {
              key: 'name',
              title: t('name'),
              grow: true,
              render: (inbox) => (
                <Link to={`/settings/inboxes/${inbox.id}`} className={styles.name}>
                  <span className={styles.icon}>
                    <Icon name={inbox.channel === 'web' ? 'chat' : 'code'} size={18} />
                  </span>
                  <span className={styles.words}>
                    <span className={styles.title}>{inbox.name}</span>
                    <span className={styles.kind}>{t(inbox.channel)}</span>
                  </span>
                </Link>
              ),
            },
            { key: 'team', title: t('team'), wideOnly: true, render: (inbox) => <span className={styles.quiet}>{teamName(inbox.team_id)}</span> },
            { key: 'hours', title: t('hours'), wideOnly: true, render: (inbox) => <span className={styles.quiet}>{t(inbox.hours.always_open ? 'alwaysOpen' : 'byHours')}</span> },
            {
              key: 'bot',
              title: t('bot'),
              render: (inbox) => (
                <Badge tone={inbox.bot_enabled ? 'violet' : 'neutral'} icon={inbox.bot_enabled ? 'bot' : 'person'}>
                  {t(inbox.bot_enabled ? 'botOn' : 'botOff')}
                </Badge>
              ),
            },
          ]}
        />
      )}
      {creating && <NewInboxDialog teams={teams.data ?? []} onClose={() => setCreating(false)} />}
    </Page>
  );
}
