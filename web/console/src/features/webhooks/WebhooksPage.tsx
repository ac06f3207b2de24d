import { useState } from 'react';
import type { WebhookCreated, WebhookView } from '@qingniao/shared/api';
import { useAll } from '../../api';
import { Link, navigate } from '../../app/router';
import { useT } from '../../i18n';
import { Badge, Button, CopyField, Dialog, EmptyState, ErrorNote, Loading, Page, Table } from '../../ui';
import { webhookMessages } from './messages';
import { WebhookDetail } from './WebhookDetail';
import { WebhookDialog } from './WebhookDialog';
import styles from './WebhooksPage.module.css';

export function WebhooksPage({ id }: { id: string | null }) {
  return id ? <WebhookDetail key={id} id={id} /> : <WebhookList />;
}

function WebhookList() {
  const t = useT(webhookMessages);
  const webhooks = useAll<WebhookView>('webhooks');
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<WebhookCreated | null>(null);
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      {webhooks.isPending && <Loading />}
      {webhooks.error && <ErrorNote error={webhooks.error} onRetry={() => void webhooks.refetch()} />}
      {webhooks.data?.length === 0 && <EmptyState icon="webhook" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {webhooks.data && webhooks.data.length > 0 && (
        <Table
          label={t('title')}
          rows={webhooks.data}
          rowKey={(hook) => hook.id}
          onRowClick={(hook) => navigate(`/settings/webhooks/${hook.id}`)}
          dimmed={(hook) => !hook.enabled}
          columns={[
            {
              key: 'url',
              title: t('url'),
              grow: true,
              render: (hook) => (
                <Link to={`/settings/webhooks/${hook.id}`} className={styles.url}>
                  {hook.url}
                </Link>
              ),
            },
            {
              key: 'events',
              title: t('events'),
              wideOnly: true,
              render: (hook) => (hook.events.length === 0 ? t('allEvents') : t('someEvents', { n: hook.events.length })),
            },
            { key: 'state', title: t('state'), render: (hook) => <StateBadge hook={hook} /> },
          ]}
        />
      )}
      {creating && (
        <WebhookDialog
          webhook={null}
          onClose={() => setCreating(false)}
          onSaved={setCreated}
        />
      )}
      {created && <CreatedDialog webhook={created} onClose={() => navigate(`/settings/webhooks/${created.id}`)} />}
    </Page>
  );
}

/** The secret is seen here and never again. */
function CreatedDialog({ webhook, onClose }: { webhook: WebhookCreated; onClose: () => void }) {
  const t = useT(webhookMessages);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('secret')}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t('continue')}
        </Button>
      }
    >
      {webhook.secret ? (
        <>
          <p>{t('secretOnce')}</p>
          <CopyField label={t('secret')} value={webhook.secret} />
        </>
      ) : (
        <p>{t('secretGone')}</p>
      )}
    </Dialog>
  );
}

export function StateBadge({ hook }: { hook: WebhookView }) {
  const t = useT(webhookMessages);
  if (!hook.enabled) return <Badge tone="neutral">{t('off')}</Badge>;
  return hook.paused ? <Badge tone="danger">{t('paused')}</Badge> : <Badge tone="success">{t('on')}</Badge>;
}
