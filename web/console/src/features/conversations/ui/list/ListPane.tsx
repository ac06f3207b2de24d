// The left pane: what there is to do. Status and search on top, the groups with their live counts, then the rows.
import { Suspense, useRef, useState } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { useCommands } from '../../../../commands';
import { useT } from '../../../../i18n';
import { PresenceSwitch } from '../../../../realtime';
import { Button, Count, IconButton, lazy } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { useConversationList, useCounts, useOffers } from '../../api/queries';
import { useDebounced } from '../../../../commands/use-search-hits';
import { messages } from '../../messages';
import { searched } from '../../model/buckets';
import { rowsOf } from '../../model/lists';
import { changeListQuery, useListQuery } from '../../model/view-state';
import { BucketTabs } from './BucketTabs';
import { ConversationRows, ROW_HEIGHT } from './ConversationRows';
import { EmptyList } from './EmptyList';
import { Filters } from './Filters';
import { SearchField } from './SearchField';
import { useTakeNext } from './use-take-next';
import styles from './ListPane.module.css';

const StartDialog = lazy(() => import('../actions/StartDialog').then((module) => ({ default: module.StartDialog })));

export interface ListPaneProps {
  selectedId: string | null;
  onOpen(id: string): void;
}

export function ListPane({ selectedId, onOpen }: ListPaneProps) {
  const t = useT(messages);
  const query = useListQuery();
  const q = useDebounced(query.q, 250);
  const shown = searched({ ...query, q });
  const list = useConversationList(shown);
  const counts = useCounts().data;
  const [starting, setStarting] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const actions = useConversationActions();
  const takeNext = useTakeNext(actions, onOpen);
  const offers = useOffers();
  // An offer is shown once, above the list it may also be in.
  const rows = rowsOf(list.data).filter((row) => !offers.some((offer) => offer.id === row.id));
  const steps = [...offers, ...rows];

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
        <Filters query={query} />
      </div>
      <BucketTabs query={shown} counts={counts} offered={offers.length} />
      {offers.length > 0 && <OfferedRows offers={offers} selectedId={selectedId} onOpen={onOpen} />}
      <div className={styles.rows}>
        {rows.length > 0 ? (
          <ConversationRows
            rows={rows}
            selectedId={selectedId}
            showOwner={shown.view !== 'mine'}
            hasMore={list.hasNextPage}
            loadMore={() => {
              if (!list.isFetchingNextPage) void list.fetchNextPage();
            }}
            onOpen={onOpen}
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
      {counts !== undefined && counts.queued > 0 && (
        <footer className={styles.footer}>
          <span>{t('emptyQueueWaiting', { n: counts.queued })}</span>
          <Button size="sm" busy={takeNext.busy} onClick={() => void takeNext.run()}>
            {t('takeNext')}
          </Button>
        </footer>
      )}
      {starting && (
        <Suspense fallback={null}>
          <StartDialog onClose={() => setStarting(false)} onStarted={onOpen} />
        </Suspense>
      )}
    </>
  );
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
