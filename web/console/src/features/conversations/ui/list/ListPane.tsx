// The left pane: what there is to do. Status and search on top, the groups with their live counts, then the rows.
import { Suspense, useRef, useState } from 'react';
import type { ConversationView, SavedView } from '@qingniao/shared/api';
import { useCommands } from '../../../../commands';
import { useT } from '../../../../i18n';
import { PresenceSwitch } from '../../../../realtime';
import { Button, Count, IconButton, lazy } from '../../../../ui';
import { useConversationList, useCounts, useOffers } from '../../api/queries';
import { useDebounced } from '../../../../commands/use-search-hits';
import { messages } from '../../messages';
import { filterOf, searched, type ListQuery } from '../../model/buckets';
import { EVERYTHING } from '../../model/filter';
import { rowsOf } from '../../model/lists';
import { changeListQuery, START, useListQuery } from '../../model/view-state';
import { BUILT_IN, useViews } from '../../api/views';
import { useMentions } from '../../api/mentions';
import { ViewBar, ViewEditing, type ViewEdit } from '../views/ViewBar';
import { BucketTabs } from './BucketTabs';
import { ConversationRows, ROW_HEIGHT } from './ConversationRows';
import { EmptyList } from './EmptyList';
import { Filters } from './Filters';
import { SearchField } from './SearchField';
import { useSelection } from './use-selection';
import { useTakeNext } from './use-take-next';
import styles from './ListPane.module.css';

const BulkBar = lazy(() => import('../bulk/BulkBar').then((module) => ({ default: module.BulkBar })));
const StartDialog = lazy(() => import('../actions/StartDialog').then((module) => ({ default: module.StartDialog })));

export interface ListPaneProps {
  selectedId: string | null;
  onOpen(id: string): void;
}

export function ListPane({ selectedId, onOpen }: ListPaneProps) {
  const t = useT(messages);
  const query = useListQuery();
  const q = useDebounced(query.q, 250);
  const { views, isPending: viewsPending } = useViews();
  const shown = searched({ ...query, ...asked(query.saved, views, viewsPending), q });
  const mentions = useMentions();
  const [editing, setEditing] = useState<ViewEdit>(null);
  const list = useConversationList(shown);
  const counts = useCounts().data;
  const [starting, setStarting] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const takeNext = useTakeNext(onOpen);
  const offers = useOffers();
  // An offer is shown once, above the list it may also be in.
  const rows = rowsOf(list.data).filter((row) => !offers.some((offer) => offer.id === row.id));
  const steps = [...offers, ...rows];
  const selection = useSelection(list, rows, shown);

  const step = (by: 1 | -1): void => {
    const at = steps.findIndex((row) => row.id === selectedId);
    const next = steps[at < 0 ? (by === 1 ? 0 : steps.length - 1) : at + by];
    if (next !== undefined) onOpen(next.id);
  };
  useCommands({
    'conversation.next': { run: () => step(1), when: () => steps.length > 0 },
    'conversation.previous': { run: () => step(-1), when: () => steps.length > 0 },
    'conversation.takeNext': () => void takeNext.run(),
    'conversation.start': () => setStarting(true),
    'view.select': selection.toggle,
    'view.search': () => search.current?.focus(),
  });

  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>{t('title')}</h2>
        <PresenceSwitch />
        <span className={styles.space} />
        <IconButton icon="edit" label={t('newConversation')} onClick={() => setStarting(true)} />
      </header>
      <div className={styles.searchRow}>
        <SearchField ref={search} value={query.q} onChange={(text) => changeListQuery({ q: text })} />
        <IconButton icon="check" label={t('selectMany')} plain active={selection.ids !== null} aria-pressed={selection.ids !== null} onClick={selection.toggle} />
        <Filters query={query} onSave={() => setEditing({ from: filterOf(shown) ?? EVERYTHING })} />
      </div>
      <BucketTabs query={shown} counts={counts} offered={offers.length} />
      <ViewBar views={views} saved={shown.saved} onEdit={setEditing} />
      {offers.length > 0 && <OfferedRows offers={offers} selectedId={selectedId} onOpen={onOpen} />}
      <div className={styles.rows}>
        {rows.length > 0 ? (
          <ConversationRows
            rows={rows}
            selectedId={selectedId}
            showOwner={shown.saved !== null || shown.view !== 'mine'}
            hasMore={list.hasNextPage}
            loadMore={() => {
              if (!list.isFetchingNextPage) void list.fetchNextPage();
            }}
            onOpen={onOpen}
            ticked={selection.ids}
            mentions={mentions}
            onTick={selection.tick}
            onTickAll={selection.tickAll}
          />
        ) : (
          <EmptyList
            query={shown}
            pending={list.isPending}
            error={list.error}
            retry={() => void list.refetch()}
            queued={counts?.queued ?? 0}
          />
        )}
      </div>
      {selection.ids !== null && (
        <Suspense fallback={null}>
          <BulkBar ids={selection.ids} onAll={selection.tickAll} onKeep={selection.keep} onEnd={selection.toggle} />
        </Suspense>
      )}
      {selection.ids === null && counts !== undefined && counts.queued > 0 && (
        <footer className={styles.footer}>
          <span>{t('emptyQueueWaiting', { n: counts.queued })}</span>
          <Button size="sm" busy={takeNext.busy} onClick={() => void takeNext.run()}>
            {t('takeNext')}
          </Button>
        </footer>
      )}
      <ViewEditing edit={editing} onEdit={setEditing} />
      {starting && (
        <Suspense fallback={null}>
          <StartDialog onClose={() => setStarting(false)} onStarted={onOpen} />
        </Suspense>
      )}
    </>
  );
}

/** What a chosen view asks for. One that is gone leaves the groups. */
function asked(saved: string | null, views: SavedView[], pending: boolean): Partial<ListQuery> {
  const builtIn = BUILT_IN.get(saved ?? '');
  if (builtIn !== undefined) return { ...START, saved, filter: builtIn };
  const view = views.find((one) => one.id === saved);
  if (view !== undefined) return { ...START, saved, filter: view.filter, sort: view.sort };
  return pending ? {} : { saved: null };
}

/** More offers than this scroll. */
const OFFERS_SHOWN_MAX = 3;

function OfferedRows({ offers, selectedId, onOpen }: ListPaneProps & { offers: ConversationView[] }) {
  const t = useT(messages);
  return (
    <div className={styles.offers}>
      <h3 className={styles.offersTitle}>
        {t('offersGroup')} <Count value={offers.length} tone="warning" />
      </h3>
      <div style={{ height: Math.min(offers.length, OFFERS_SHOWN_MAX) * ROW_HEIGHT }}>
        <ConversationRows rows={offers} label={t('offersGroup')} selectedId={selectedId} showOwner hasMore={false} loadMore={() => undefined} onOpen={onOpen} />
      </div>
    </div>
  );
}
