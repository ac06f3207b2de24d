// All views a person may use: which stand above the list, in which order, and changing them.
import { useState } from 'react';
import type { Audience, SavedView } from '@qingniao/shared/api';
import { useRemove } from '../../../../api';
import { useT } from '../../../../i18n';
import { Button, Checkbox, ConfirmDialog, Dialog, EmptyState, IconButton, toast } from '../../../../ui';
import { settingsMessages } from '../../../settings/messages';
import { useViewActions, useViews } from '../../api/views';
import { messages } from '../../messages';
import { viewMessages } from '../../messages/views';
import { EVERYTHING } from '../../model/filter';
import { useLookups } from '../lookups';
import { ViewDialog } from './ViewDialog';
import styles from './Views.module.css';

export function ManageViews({ onClose }: { onClose(): void }) {
  const t = useT(viewMessages);
  const common = useT(settingsMessages);
  const words = useT(messages);
  const { views } = useViews();
  const { pin } = useViewActions();
  const remove = useRemove('views');
  const [editing, setEditing] = useState<SavedView | 'new' | null>(null);
  const [removing, setRemoving] = useState<SavedView | null>(null);
  const pinned = views.filter((view) => view.pinned).map((view) => view.id);
  const keep = (ids: string[]) => void pin(ids).catch((error: unknown) => toast.error(error instanceof Error ? error.message : String(error)));
  const move = (id: string, by: 1 | -1) => {
    const at = pinned.indexOf(id);
    const next = pinned.filter((one) => one !== id);
    next.splice(at + by, 0, id);
    keep(next);
  };

  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={t('manageViews')}
      description={t('manageHint')}
      footer={
        <>
          <Button icon="plus" onClick={() => setEditing('new')}>
            {t('newView')}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {words('close')}
          </Button>
        </>
      }
    >
      {views.length === 0 && <EmptyState icon="filter" title={t('noViews')} text={t('noViewsText')} />}
      <ul className={styles.all}>
        {views.map((view) => (
          <li key={view.id} className={styles.one}>
            <div className={styles.name}>
              <Checkbox
                checked={view.pinned}
                onChange={(on) => keep(on ? [...pinned, view.id] : pinned.filter((id) => id !== view.id))}
                label={view.name}
                hint={<Who audience={view.audience} />}
              />
            </div>
            {view.pinned && (
              <>
                <IconButton icon="chevronUp" label={t('moveUp', { name: view.name })} plain disabled={pinned[0] === view.id} onClick={() => move(view.id, -1)} />
                <IconButton icon="chevronDown" label={t('moveDown', { name: view.name })} plain disabled={pinned.at(-1) === view.id} onClick={() => move(view.id, 1)} />
              </>
            )}
            {view.may_change && (
              <>
                <IconButton icon="edit" label={t('editOne', { name: view.name })} plain onClick={() => setEditing(view)} />
                <IconButton icon="trash" label={t('deleteOne', { name: view.name })} plain danger onClick={() => setRemoving(view)} />
              </>
            )}
          </li>
        ))}
      </ul>
      {editing !== null && (
        <ViewDialog
          key={editing === 'new' ? 'new' : editing.id}
          view={editing === 'new' ? null : editing}
          from={EVERYTHING}
          onClose={() => setEditing(null)}
          onSaved={() => undefined}
        />
      )}
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t('deleteView', { name: removing?.name ?? '' })}
        text={t('deleteViewText')}
        action={common('delete')}
        onConfirm={async () => {
          if (removing) await remove.mutateAsync(removing);
        }}
      />
    </Dialog>
  );
}

function Who({ audience }: { audience: Audience }) {
  const t = useT(viewMessages);
  const { team } = useLookups();
  if (audience.kind === 'team') return t('audienceTeam', { team: team(audience.team_id)?.name ?? audience.team_id });
  return t(audience.kind);
}
