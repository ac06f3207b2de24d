// The views a person keeps, above the list, with live counts. Choosing one shows it instead of a group.
import { Suspense } from 'react';
import type { ConversationFilter, SavedView } from '@qingniao/shared/api';
import { formatNumber, useT } from '../../../../i18n';
import { IconButton, lazy, Menu, MenuItem, MenuSeparator } from '../../../../ui';
import { useMentions } from '../../api/mentions';
import { COUNT_MAX, MENTIONS, useViewCounts, WITH_ME } from '../../api/views';
import { messages } from '../../messages';
import { changeListQuery } from '../../model/view-state';
import styles from '../list/ListPane.module.css';

const ViewDialog = lazy(() => import('./ViewDialog').then((module) => ({ default: module.ViewDialog })));
const ManageViews = lazy(() => import('./ManageViews').then((module) => ({ default: module.ManageViews })));

/** What is open over the list: the form of a view, or all of them. */
export type ViewEdit = { view: SavedView } | { from: ConversationFilter } | 'all' | null;

export function ViewBar({ views, saved, onEdit }: { views: SavedView[]; saved: string | null; onEdit(edit: ViewEdit): void }) {
  const t = useT(messages);
  const counts = useViewCounts();
  const named = useMentions().size;
  const pinned = views.filter((view) => view.pinned || view.id === saved);
  const others = views.filter((view) => !pinned.includes(view));
  const open = (id: string) => changeListQuery({ saved: id, q: '' });
  return (
    <div className={styles.viewBar}>
      <div role="group" aria-label={t('savedViews')} className={styles.savedViews}>
        <Chip name={t('mentionsView')} count={named} on={saved === MENTIONS} onOpen={() => open(MENTIONS)} />
        <Chip name={t('withMeView')} count={counts.get(WITH_ME)} on={saved === WITH_ME} onOpen={() => open(WITH_ME)} />
        {pinned.map((view) => (
          <Chip key={view.id} name={view.name} count={counts.get(view.id)} on={view.id === saved} onOpen={() => open(view.id)} />
        ))}
      </div>
      <Menu trigger={<IconButton icon="more" label={t('moreViews')} plain size="sm" />}>
        {others.map((view) => (
          <MenuItem key={view.id} onSelect={() => open(view.id)}>
            {view.name}
          </MenuItem>
        ))}
        {others.length > 0 && <MenuSeparator />}
        <MenuItem icon="settings" onSelect={() => onEdit('all')}>
          {t('allViews')}
        </MenuItem>
      </Menu>
    </div>
  );
}

function Chip({ name, count, on, onOpen }: { name: string; count: number | null | undefined; on: boolean; onOpen(): void }) {
  return (
    <button type="button" className={styles.bucket} aria-pressed={on} onClick={onOpen}>
      <span dir="auto">{name}</span>
      {count ? <span className={styles.number}>{count >= COUNT_MAX ? `${COUNT_MAX - 1}+` : formatNumber(count)}</span> : null}
    </button>
  );
}

export function ViewEditing({ edit, onEdit }: { edit: ViewEdit; onEdit(edit: ViewEdit): void }) {
  if (edit === null) return null;
  return (
    <Suspense fallback={null}>
      {edit === 'all' ? (
        <ManageViews onClose={() => onEdit(null)} />
      ) : (
        <ViewDialog
          view={'view' in edit ? edit.view : null}
          from={'from' in edit ? edit.from : null}
          onClose={() => onEdit(null)}
          onSaved={(saved) => changeListQuery({ saved: saved.id, q: '' })}
        />
      )}
    </Suspense>
  );
}
