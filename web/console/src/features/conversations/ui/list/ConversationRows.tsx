// The rows, only those on screen. One tab stop; arrows move, Enter opens, and the place is kept when a row leaves.
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { ConversationView } from '@qingniao/shared/api';
import { useSession } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { messages } from '../../messages';
import { draftTexts } from '../../model/drafts';
import { useLookups } from '../lookups';
import { Row } from './Row';
import styles from './ConversationRows.module.css';

export interface ConversationRowsProps {
  rows: ConversationView[];
  /** What the list is called; the page's own when absent. */
  label?: string;
  selectedId: string | null;
  showOwner: boolean;
  hasMore: boolean;
  loadMore(): void;
  onOpen(id: string): void;
  /** Conversations with a note that names this person, not seen yet. */
  mentions?: ReadonlySet<string>;
  /** Rows that are ticked; null while a click opens. */
  ticked?: ReadonlySet<string> | null;
  onTick?(id: string, range: boolean): void;
  onTickAll?(): void;
}

export const ROW_HEIGHT = 84;

export function ConversationRows({ rows, label, selectedId, showOwner, hasMore, loadMore, onOpen, mentions, ticked = null, onTick, onTickAll }: ConversationRowsProps) {
  const t = useT(messages);
  const { user } = useSession();
  const lookups = useLookups();
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const hasFocus = useRef(false);
  const lastIndex = useRef(0);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 6,
  });
  const drafts = useMemo(() => draftTexts(user.id), [user.id, rows, selectedId]); // eslint-disable-line react-hooks/exhaustive-deps

  // The tab stop: the row last focused, else the open one, else the first.
  const stopId = [focused, selectedId].find((id) => id !== null && rows.some((row) => row.id === id)) ?? rows[0]?.id ?? null;

  const focusIndex = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    setFocused(row.id);
    virtualizer.scrollToIndex(rows.indexOf(row));
    requestAnimationFrame(() => document.getElementById(`row-${row.id}`)?.focus());
  };

  const stopIndex = rows.findIndex((row) => row.id === focused);
  useEffect(() => {
    if (stopIndex >= 0) lastIndex.current = stopIndex;
    else if (hasFocus.current && focused !== null) focusIndex(lastIndex.current);
  });

  const items = virtualizer.getVirtualItems();
  const lastShown = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (hasMore && lastShown >= rows.length - 8) loadMore();
  }, [hasMore, lastShown, rows.length, loadMore]);

  // The open row comes into view when it is opened from elsewhere.
  const selectedIndex = rows.findIndex((row) => row.id === selectedId);
  useEffect(() => {
    if (selectedIndex >= 0) virtualizer.scrollToIndex(selectedIndex, { align: 'auto' });
    // Only when another one is opened, not when rows move.
  }, [selectedId]); // eslint-disable-line react-hooks/exhaustive-deps

  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a' && onTickAll) {
      event.preventDefault();
      onTickAll();
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = rows.findIndex((row) => row.id === stopId);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      focusIndex(to);
    } else if (event.key === ' ' && ticked !== null && stopId !== null) {
      event.preventDefault();
      onTick?.(stopId, event.shiftKey);
    } else if ((event.key === 'Enter' || event.key === ' ') && stopId !== null) {
      event.preventDefault();
      onOpen(stopId);
    }
  };

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="listbox"
      aria-label={label ?? t('listPane')}
      aria-multiselectable={ticked !== null || undefined}
      onKeyDown={onKeyDown}
      onFocus={() => (hasFocus.current = true)}
      onBlur={(event) => {
        // A row that is taken away loses focus to nowhere; that is not leaving the list.
        if (event.relatedTarget !== null) hasFocus.current = false;
      }}
    >
      <div className={styles.canvas} style={{ height: virtualizer.getTotalSize() }} role="presentation">
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div key={item.key} className={styles.place} style={{ top: item.start }} role="presentation">
              <Row
                conversation={row}
                me={user.id}
                lookups={lookups}
                selected={row.id === selectedId}
                tabStop={row.id === stopId}
                showOwner={showOwner}
                draft={row.id === selectedId ? null : (drafts.get(row.id) ?? null)}
                position={item.index + 1}
                total={hasMore ? -1 : rows.length}
                onFocus={() => setFocused(row.id)}
                mentioned={mentions?.has(row.id) ?? false}
                ticked={ticked === null ? null : ticked.has(row.id)}
                onClick={(event) => {
                  const ticks = onTick !== undefined && (ticked !== null || event.shiftKey || event.ctrlKey || event.metaKey);
                  if (ticks) onTick(row.id, event.shiftKey);
                  else onOpen(row.id);
                }}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
