// Passwords and tokens for other systems: made, replaced, bound to hosts, deleted; never shown.
import { useState } from 'react';
import type { StoredSecretView } from '@qingniao/shared/connectors';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, EmptyState, ErrorNote, IconButton, Loading, Page, Table, toast } from '../../ui';
import { useDeleteSecret, useSecrets } from './api';
import { secretMessages } from './messages/secrets';
import { SecretDialog } from './ui/SecretDialog';
import styles from './ui/Connectors.module.css';

export default function SecretsPage() {
  const t = useT(secretMessages);
  const { formatDate } = useFormat();
  const secrets = useSecrets();
  const remove = useDeleteSecret();
  const [editing, setEditing] = useState<StoredSecretView | 'new' | null>(null);
  const [removing, setRemoving] = useState<StoredSecretView | null>(null);
  const newButton = (
    <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={newButton}>
      {secrets.isPending && <Loading />}
      {secrets.error && <ErrorNote error={secrets.error} onRetry={() => void secrets.refetch()} />}
      {secrets.data?.length === 0 && <EmptyState icon="lock" title={t('empty')} text={t('emptyText')} action={newButton} />}
      {secrets.data && secrets.data.length > 0 && (
        <Table
          label={t('title')}
          rows={secrets.data}
          rowKey={(secret) => secret.name}
          columns={[
            {
              key: 'name',
              title: t('name'),
              grow: true,
              render: (secret) => (
                <span className={styles.stack}>
                  <strong className={styles.name}>{secret.name}</strong>
                  {secret.note && <span className={styles.quiet}>{secret.note}</span>}
                  <span className={styles.chips}>
                    {secret.hosts.map((host) => (
                      <Badge key={host}>{host}</Badge>
                    ))}
                  </span>
                </span>
              ),
            },
            { key: 'changed', title: t('changed'), wideOnly: true, render: (secret) => formatDate(secret.changed_at) },
            { key: 'used', title: t('used'), wideOnly: true, render: (secret) => (secret.used_at === null ? t('never') : formatDate(secret.used_at)) },
            {
              key: 'actions',
              title: t('actions'),
              titleHidden: true,
              align: 'end',
              render: (secret) => (
                <span className={styles.rowActions}>
                  <IconButton icon="edit" label={t('edit', { name: secret.name })} onClick={() => setEditing(secret)} />
                  <IconButton icon="trash" danger label={t('deleteOf', { name: secret.name })} onClick={() => setRemoving(secret)} />
                </span>
              ),
            },
          ]}
        />
      )}
      {editing && <SecretDialog secret={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deleteTitle', { name: removing?.name ?? '' })}
        text={t('deleteText')}
        action={t('delete')}
        onConfirm={async () => {
          if (removing) await remove.mutateAsync(removing.name);
          toast.success(t('deleted'));
        }}
      />
    </Page>
  );
}
