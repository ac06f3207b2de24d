// Kinds of tickets: those that come with the product, and the company's own.
import { useState } from 'react';
import type { TicketKindView } from '@qingniao/shared/ticket';
import { useLanguage, useT } from '../../i18n';
import { Badge, Button, ConfirmDialog, ErrorNote, IconButton, Loading, Page, Table, toast } from '../../ui';
import { settingsMessages } from '../settings/messages';
import { useRemoveKind, useTicketKinds } from './api';
import { KindDialog } from './KindDialog';
import { kindMessages } from './kind-messages';
import styles from './Tickets.module.css';

const HOUR_MS = 3_600_000;

export default function KindsPage() {
  const t = useT(kindMessages);
  const common = useT(settingsMessages);
  const language = useLanguage();
  const kinds = useTicketKinds();
  const remove = useRemoveKind();
  const [editing, setEditing] = useState<TicketKindView | 'new' | null>(null);
  const [removing, setRemoving] = useState<TicketKindView | null>(null);
  const nameOf = (kind: TicketKindView) => (language === 'zh-CN' ? kind.name_zh : kind.name_en);
  const items = kinds.data?.items ?? [];
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>
          {t('new')}
        </Button>
      }
    >
      {kinds.isPending && <Loading />}
      {kinds.error && <ErrorNote error={kinds.error} onRetry={() => void kinds.refetch()} />}
      {items.length > 0 && (
        <Table
          label={t('title')}
          rows={items}
          rowKey={(kind) => kind.id}
          onRowClick={setEditing}
          columns={[
            {
              key: 'name',
              title: t('name'),
              grow: true,
              render: (kind) => (
                <span className={styles.name}>
                  {nameOf(kind)}
                  <span className={styles.deeds}>
                    <span className={styles.quiet}>{kind.id}</span>
                    {kind.built_in && <Badge>{t(kind.version > 0 ? 'own' : 'built')}</Badge>}
                  </span>
                </span>
              ),
            },
            { key: 'fields', title: t('fields'), render: (kind) => <span className={styles.quiet}>{kind.fields.length > 0 ? t('fieldCount', { n: kind.fields.length }) : t('noFields')}</span> },
            { key: 'due', title: t('due'), wideOnly: true, render: (kind) => <span className={styles.quiet}>{kind.due_ms ? t('dueHours', { n: kind.due_ms / HOUR_MS }) : t('never')}</span> },
            {
              key: 'actions',
              title: common('actions'),
              titleHidden: true,
              align: 'end',
              render: (kind) => (
                <>
                  <IconButton icon="edit" label={`${common('edit')} ${nameOf(kind)}`} onClick={() => setEditing(kind)} />
                  {kind.version > 0 && (
                    <IconButton icon={kind.built_in ? 'undo' : 'trash'} label={`${kind.built_in ? t('restore') : common('delete')} ${nameOf(kind)}`} danger={!kind.built_in} onClick={() => setRemoving(kind)} />
                  )}
                </>
              ),
            },
          ]}
        />
      )}
      {editing && <KindDialog key={editing === 'new' ? 'new' : editing.id} kind={editing === 'new' ? null : editing} taken={items.map((kind) => kind.id)} onClose={() => setEditing(null)} />}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t(removing?.built_in ? 'restoreTitle' : 'deleteTitle', { name: removing ? nameOf(removing) : '' })}
        text={t(removing?.built_in ? 'restoreText' : 'deleteText')}
        action={removing?.built_in ? t('restore') : common('delete')}
        onConfirm={async () => {
          if (removing) await remove.mutateAsync(removing);
          toast.success(common('saved'));
        }}
      />
    </Page>
  );
}
