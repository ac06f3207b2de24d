import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { EffectView } from '@qingniao/shared/api';
import { api, flatten, path, refreshResource, usePages } from '../../api';
import { navigate } from '../../app/router';
import { useFormat, useT } from '../../i18n';
import { Badge, Button, CodeBlock, CopyField, Dialog, EmptyState, ErrorNote, FieldSet, LoadMore, Loading, Page, Table, toast } from '../../ui';
import { settingsMessages } from '../settings/messages';
import { failureMessages } from './messages';
import { reasonOf } from './reason';
import styles from './FailuresPage.module.css';

export function FailuresPage() {
  const t = useT(failureMessages);
  const common = useT(settingsMessages);
  const { formatDateTime } = useFormat();
  const client = useQueryClient();
  const effects = usePages<EffectView>('effects', { state: 'dead' });
  const [open, setOpen] = useState<EffectView | null>(null);
  const retry = useMutation({
    mutationFn: (effect: EffectView) => api.post<unknown>(path('/effects/{}/retry', effect.id)),
    onSuccess: async () => {
      toast.success(t('retried'));
      setOpen(null);
      await refreshResource(client, 'effects');
    },
    onError: (error) => toast.error(error.message),
  });
  const rows = flatten(effects.data);
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <Button icon="refresh" busy={effects.isRefetching} onClick={() => void effects.refetch()}>
          {t('refresh')}
        </Button>
      }
    >
      {effects.isPending && <Loading />}
      {effects.error && <ErrorNote error={effects.error} onRetry={() => void effects.refetch()} />}
      {effects.data && rows.length === 0 && <EmptyState icon="check" title={t('empty')} text={t('emptyText')} />}
      {rows.length > 0 && (
        <Table
          label={t('title')}
          rows={rows}
          rowKey={(effect) => effect.id}
          onRowClick={setOpen}
          columns={[
            { key: 'what', title: t('what'), wideOnly: true, render: (effect) => <Badge tone="danger">{t(effect.kind)}</Badge> },
            { key: 'error', title: t('error'), grow: true, render: (effect) => (
                <span className={styles.error}>
                  <span className={styles.what}>{t(effect.kind)}</span>
                  {reasonOf(effect.last_error, t)}
                </span>
              ),
            },
            { key: 'attempts', title: t('attempts'), wideOnly: true, render: (effect) => effect.attempts },
            { key: 'at', title: t('at'), wideOnly: true, render: (effect) => formatDateTime(effect.created_at) },
            {
              key: 'actions',
              title: common('actions'),
              titleHidden: true,
              align: 'end',
              render: (effect) => (
                <span className={styles.buttons}>
                  <Button size="sm" variant="ghost" onClick={() => setOpen(effect)}>
                    {t('details')}
                  </Button>
                  <Button size="sm" icon="refresh" disabled={retry.isPending} onClick={() => retry.mutate(effect)}>
                    {t('retry')}
                  </Button>
                </span>
              ),
            },
          ]}
        />
      )}
      <LoadMore hasMore={effects.hasNextPage} busy={effects.isFetchingNextPage} onClick={() => void effects.fetchNextPage()} />
      {open && (
        <Dialog
          open
          kind="wide"
          onClose={() => setOpen(null)}
          title={t(open.kind)}
          footer={
            <>
              {conversationOf(open) && (
                <Button icon="chat" onClick={() => navigate(`/conversations/${conversationOf(open)}`)}>
                  {t('openConversation')}
                </Button>
              )}
              <Button variant="primary" icon="refresh" busy={retry.isPending} onClick={() => retry.mutate(open)}>
                {t('retry')}
              </Button>
            </>
          }
        >
          <p className={styles.error}>{reasonOf(open.last_error, t)}</p>
          <FieldSet legend={t('key')}>
            <CopyField label={t('key')} value={open.key} />
          </FieldSet>
          <FieldSet legend={t('payload')}>
            <CodeBlock label={t('payload')} code={JSON.stringify(open.payload, null, 2)} />
          </FieldSet>
        </Dialog>
      )}
    </Page>
  );
}

function conversationOf(effect: EffectView): string | null {
  const payload = effect.payload as { conversation_id?: unknown } | null;
  return typeof payload?.conversation_id === 'string' ? payload.conversation_id : null;
}
