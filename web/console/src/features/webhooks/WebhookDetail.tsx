import { useState } from 'react';
import type { EffectState, WebhookDeliveryView, WebhookView } from '@qingniao/shared/api';
import { useOne, useRemove } from '../../api';
import { navigate } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, CopyField, EmptyState, ErrorNote, IconButton, Loading, Menu, MenuItem, Page, Section, Table, toast, type Tone } from '../../ui';
import { failureMessages } from '../failures/messages';
import { reasonOf } from '../failures/reason';
import { settingsMessages } from '../settings/messages';
import { isHeld, useDeliveries, useResend, useRotateSecret, useTestWebhook } from './api';
import { webhookMessages } from './messages';
import { WebhookDialog } from './WebhookDialog';
import { PauseNote } from './PauseNote';
import { StateBadge } from './WebhooksPage';
import styles from './WebhooksPage.module.css';

const STATE_TONE: Record<EffectState, Tone> = { pending: 'info', leased: 'info', done: 'success', dead: 'danger' };

export function WebhookDetail({ id }: { id: string }) {
  const t = useT(webhookMessages);
  const common = useT(settingsMessages);
  const webhook = useOne<WebhookView>('webhooks', id);
  const remove = useRemove('webhooks');
  const test = useTestWebhook(id);
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const back = { to: '/settings/webhooks', label: t('back') };

  if (webhook.isPending) return <Loading />;
  if (webhook.error) {
    return (
      <Page title={t('title')} back={back}>
        <ErrorNote error={webhook.error} onRetry={() => void webhook.refetch()} />
      </Page>
    );
  }
  const hook = webhook.data;
  return (
    <Page
      title={hook.url}
      back={back}
      description={
        <span className={styles.summary}>
          <StateBadge hook={hook} />
          {hook.events.length === 0 ? t('allEvents') : hook.events.join(', ')}
        </span>
      }
      actions={
        <>
          <Button
            icon="send"
            busy={test.isPending}
            onClick={() =>
              test.mutate(undefined, {
                onSuccess: () => toast.success(t('tested')),
                onError: (error) => toast.error(error.message),
              })
            }
          >
            {t('test')}
          </Button>
          <Button icon="edit" onClick={() => setEditing(true)}>
            {common('edit')}
          </Button>
          <Menu trigger={<IconButton icon="more" label={t('more')} plain />}>
            <MenuItem icon="trash" danger onSelect={() => setRemoving(true)}>
              {common('delete')}
            </MenuItem>
          </Menu>
        </>
      }
    >
      {hook.paused && <PauseNote hook={hook} paused={hook.paused} />}
      <Deliveries webhookId={id} />
      <Secret webhookId={id} />
      {editing && <WebhookDialog webhook={hook} onClose={() => setEditing(false)} onSaved={() => undefined} />}
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('deleteTitle')}
        text={t('deleteText', { url: hook.url })}
        action={common('delete')}
        onConfirm={async () => {
          await remove.mutateAsync(hook);
          toast.success(common('deleted'));
          navigate('/settings/webhooks', { replace: true });
        }}
      />
    </Page>
  );
}

function Deliveries({ webhookId }: { webhookId: string }) {
  const t = useT(webhookMessages);
  const common = useT(settingsMessages);
  const { formatDateTime } = useFormat();
  const reasons = useT(failureMessages);
  const deliveries = useDeliveries(webhookId);
  const resend = useResend(webhookId);
  const rows = deliveries.data?.items ?? [];
  function again(delivery: WebhookDeliveryView) {
    resend.mutate(delivery.effect_id, {
      onSuccess: () => toast.success(t('resent')),
      onError: (error) => toast.error(error.message),
    });
  }
  return (
    <Section
      title={t('deliveries')}
      description={t('deliveriesText')}
      actions={<IconButton icon="refresh" label={t('refresh')} onClick={() => void deliveries.refetch()} />}
    >
      {deliveries.isPending && <Loading />}
      {deliveries.error && <ErrorNote error={deliveries.error} onRetry={() => void deliveries.refetch()} />}
      {deliveries.data && rows.length === 0 && <EmptyState icon="send" title={t('noDeliveries')} text={t('noDeliveriesText')} />}
      {rows.length > 0 && (
        <Table
          label={t('deliveries')}
          rows={rows}
          rowKey={(one) => one.effect_id}
          columns={[
            {
              key: 'event',
              title: t('event'),
              grow: true,
              render: (one) => (
                <span className={styles.event}>
                  <code>{one.event_type}</code>
                  {one.last_error && one.state !== 'done' && <span className={styles.error}>{reasonOf(one.last_error, reasons)}</span>}
                </span>
              ),
            },
            { key: 'state', title: t('state'), render: (one) => <Badge tone={STATE_TONE[one.state]}>{t(one.state)}</Badge> },
            { key: 'attempts', title: t('attempts'), wideOnly: true, align: 'end', render: (one) => one.attempts },
            { key: 'at', title: t('at'), wideOnly: true, render: (one) => formatDateTime(one.created_at) },
            {
              key: 'next',
              title: t('next'),
              wideOnly: true,
              render: (one) => (one.state === 'pending' ? (isHeld(one) ? t('held') : formatDateTime(one.next_attempt_at)) : '–'),
            },
            {
              key: 'actions',
              title: common('actions'),
              titleHidden: true,
              align: 'end',
              render: (one) => <IconButton icon="refresh" label={t('resend')} disabled={resend.isPending} onClick={() => again(one)} />,
            },
          ]}
        />
      )}
    </Section>
  );
}

function Secret({ webhookId }: { webhookId: string }) {
  const t = useT(webhookMessages);
  const [asking, setAsking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const rotate = useRotateSecret(webhookId);
  return (
    <Section
      title={t('secret')}
      description={t('secretText')}
      actions={
        <Button icon="key" onClick={() => setAsking(true)}>
          {t('reveal')}
        </Button>
      }
    >
      {secret && (
        <>
          <p className={styles.quiet}>{t('secretShown')}</p>
          <CopyField label={t('secret')} value={secret} />
        </>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('rotateTitle')}
        text={t('rotateText')}
        action={t('reveal')}
        onConfirm={async () => setSecret((await rotate.mutateAsync()).secret)}
      />
    </Section>
  );
}
