// The left pane: what there is to do. Status and search on top, the groups with their live counts, then the rows.
import { useRef, useState } from 'react';
import { useCommands } from '../../../../commands';
import { useT } from '../../../../i18n';
import { PresenceSwitch } from '../../../../realtime';
import { Button, IconButton } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { useConversationList, useCounts } from '../../api/queries';
import { useDebounced } from '../../../../commands/use-search-hits';
import { messages } from '../../messages';
import { rowsOf } from '../../model/lists';
import { changeListQuery, useListQuery } from '../../model/view-state';
import { StartDialog } from '../actions/StartDialog';
import { BucketTabs } from './BucketTabs';
import { ConversationRows } from './ConversationRows';
import { EmptyList } from './EmptyList';
import { Filters } from './Filters';
import { SearchField } from './SearchField';
import { useTakeNext } from './use-take-next';
import styles from './ListPane.module.css';

export interface ListPaneProps {
  selectedId: string | null;
  onOpen(id: string): void;
}

export function ListPane({ selectedId, onOpen }: ListPaneProps) {
  const t = useT(messages);
  const query = useListQuery();
  const q = useDebounced(query.q, 250);
  const list = useConversationList({ ...query, q });
  const counts = useCounts().data;
  const [starting, setStarting] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const actions = useConversationActions();
  const takeNext = useTakeNext(actions, onOpen);
  const rows = rowsOf(list.data);

  const step = (by: 1 | -1): void => {
    const at = rows.findIndex((row) => row.id === selectedId);
    const next = rows[at < 0 ? (by === 1 ? 0 : rows.length - 1) : at + by];
    if (next !== undefined) onOpen(next.id);
  };
  useCommands({
    'conversation.next': { run: () => step(1), when: () => rows.length > 0 },
    'conversation.previous': { run: () => step(-1), when: () => rows.length > 0 },
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
      <BucketTabs query={query} counts={counts} />
      <div className={styles.rows}>
        {rows.length > 0 ? (
          <ConversationRows
            rows={rows}
            selectedId={selectedId}
            showOwner={query.view !== 'mine'}
            hasMore={list.hasNextPage}
            loadMore={() => {
              if (!list.isFetchingNextPage) void list.fetchNextPage();
            }}
            onOpen={onOpen}
          />
        ) : (
          <EmptyList
            query={{ ...query, q }}
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
      {starting && <StartDialog onClose={() => setStarting(false)} onStarted={onOpen} />}
    </>
  );
}
