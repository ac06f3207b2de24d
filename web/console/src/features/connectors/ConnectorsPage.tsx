// Systems that flows can reach: the list, and one of them.
import { useState } from 'react';
import type { ConnectorView } from '@qingniao/shared/connectors';
import { Link, navigate } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, EmptyState, ErrorNote, Loading, Page, Table } from '../../ui';
import { useConnectors } from './api';
import { ConnectorPage } from './ConnectorPage';
import { connectorMessages } from './messages/connectors';
import { NewConnectorDialog } from './ui/NewConnectorDialog';
import styles from './ui/Connectors.module.css';

export default function ConnectorsPage({ id }: { id: string | null }) {
  return id ? <ConnectorPage key={id} name={id} /> : <ConnectorList />;
}

const addressOf = (connector: ConnectorView) => `/settings/connectors/${encodeURIComponent(connector.name)}`;

function ConnectorList() {
  const t = useT(connectorMessages);
  const { formatRelative } = useFormat();
  const connectors = useConnectors();
  const [creating, setCreating] = useState(false);
  const now = Date.now();
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      {connectors.isPending && <Loading />}
      {connectors.error && <ErrorNote error={connectors.error} onRetry={() => void connectors.refetch()} />}
      {connectors.data?.length === 0 && <EmptyState icon="link" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {connectors.data && connectors.data.length > 0 && (
        <Table
          label={t('title')}
          rows={connectors.data}
          rowKey={(connector) => connector.name}
          onRowClick={(connector) => navigate(addressOf(connector))}
          dimmed={(connector) => !connector.enabled}
          columns={[
            {
              key: 'name',
              title: t('name'),
              grow: true,
              render: (connector) => (
                <span className={styles.stack}>
                  <Link to={addressOf(connector)} className={styles.name}>
                    {connector.title || connector.name}
                  </Link>
                  <code className={styles.path}>{connector.name}</code>
                </span>
              ),
            },
            { key: 'state', title: t('state'), render: (connector) => <Badge tone={connector.enabled ? 'success' : 'neutral'}>{t(connector.enabled ? 'on' : 'off')}</Badge> },
            { key: 'updated', title: t('updated'), wideOnly: true, render: (connector) => <span className={styles.quiet}>{formatRelative(connector.updated_at, now)}</span> },
          ]}
        />
      )}
      {creating && <NewConnectorDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}
