// The history, only what is on screen. Stays at the bottom while one is there, stays put when older messages come in
// above, and tells where the unread begin. Arrow keys walk the messages; their actions are one Tab away.
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type Ref } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { ConversationView } from '@qingniao/shared/api';
import { dayKey, useLanguage, useT } from '../../../../i18n';
import { Icon } from '../../../../ui';
import type { Case } from '../../api/use-case';
import { messages } from '../../messages';
import { contactName } from '../../model/names';
import type { OutboxItem } from '../../model/outbox';
import { buildRows, firstUnread, unreadBeginsAbove, unreadFrom, type ThreadRow } from '../../model/rows';
import { RowView, type ThreadActions } from './RowView';
import { useReadReport } from './use-read-report';
import styles from './MessageList.module.css';

export interface MessageListHandle {
  jumpTo(fits: (id: string, seq: number) => boolean): Promise<void>;
  jumpToUnread(): void;
  toBottom(): void;
}

export interface MessageListProps {
  conversation: ConversationView;
  kase: Case;
  pending: OutboxItem[];
  actions: ThreadActions;
  me: string;
  ref?: Ref<MessageListHandle>;
}

const ESTIMATES: Record<ThreadRow['kind'], number> = {
  older: 40,
  start: 44,
  day: 44,
  unread: 32,
  activity: 30,
  message: 64,
  split: 44,
  pending: 64,
};
const NEAR_END_PX = 80;
const PINNED_PX = 24;
const FLASH_MS = 1600;

export function MessageList({ conversation, kase, pending, actions, me, ref }: MessageListProps) {
  const { thread, history } = kase;
  const t = useT(messages);
  const language = useLanguage();
  const scroller = useRef<HTMLDivElement>(null);
  // Where the unread began when the person came; it does not move while they read.
  const [from, setFrom] = useState(() => (isMine(conversation, me) ? unreadFrom(conversation) : null));
  const unreadSeq = firstUnread(from, thread);
  const unreadIsAbove = unreadBeginsAbove(from, thread);
  const [unreadCount] = useState(conversation.unread);
  const [flashed, setFlashed] = useState<string | null>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [seenSeq, setSeenSeq] = useState(() => thread.items[thread.items.length - 1]?.seq ?? 0);

  const rows = useMemo(
    () => buildRows({ thread, pending, unreadSeq, dayOf: dayKey }),
    // Days depend on the language's calendar text.
    [thread, pending, unreadSeq, language], // eslint-disable-line react-hooks/exhaustive-deps
  );
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ESTIMATES[rows[index]?.kind ?? 'message'],
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: NEAR_END_PX,
    paddingEnd: 12,
  });

  const indexOf = useCallback((fits: (row: ThreadRow) => boolean) => rows.findIndex(fits), [rows]);
  const opened = useRef(false);
  useLayoutEffect(() => {
    if (opened.current) return;
    opened.current = true;
    const unreadAt = indexOf((row) => row.kind === 'unread');
    pinned.current = unreadAt <= 0;
    if (unreadAt > 0) virtualizer.scrollToIndex(unreadAt, { align: 'start' });
    else virtualizer.scrollToEnd();
  }, [indexOf, virtualizer]);

  // At the end one stays at the end when something takes room from the thread (a banner, a longer draft).
  const pinned = useRef(true);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (pinned.current) virtualizer.scrollToEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [virtualizer]);

  // A jump waits here until the rows have the message; `loadUntil` resolves before they are rendered.
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => {
    if (wanted === null) return;
    const at = rows.findIndex((row) => row.kind === 'message' && row.message.id === wanted);
    if (at < 0) return;
    pinned.current = false;
    setWanted(null);
    setFlashed(wanted);
    virtualizer.scrollToIndex(at, { align: 'center' });
  }, [wanted, rows, virtualizer]);
  useEffect(() => {
    if (flashed === null) return;
    const timer = setTimeout(() => setFlashed(null), FLASH_MS);
    return () => clearTimeout(timer);
  }, [flashed]);

  const jumpTo = async (fits: (id: string, seq: number) => boolean): Promise<void> => {
    const found = await history.loadUntil((message) => fits(message.id, message.seq));
    if (found !== null) setWanted(found.id);
  };
  const jumpToUnread = (): void => {
    if (from === null) return;
    void history.loadUntil((message) => message.seq <= from).then(async () => {
      const first = await history.loadUntil((message) => message.kind === 'incoming' && message.seq >= from);
      if (first !== null) setWanted(first.id);
    });
  };
  // Nothing counts as read that was never on screen: where the unread begin above what is loaded, reading begins there.
  const goToUnread = useRef(jumpToUnread);
  const startsAbove = useRef(unreadIsAbove);
  useEffect(() => {
    if (startsAbove.current) goToUnread.current();
  }, []);
  const toBottom = (): void => {
    pinned.current = true;
    virtualizer.scrollToEnd();
  };
  useImperativeHandle(ref, () => ({ jumpTo, jumpToUnread, toBottom }));

  const items = virtualizer.getVirtualItems();
  const firstShown = items[0]?.index ?? 0;
  const { hasMoreBefore } = thread;
  useEffect(() => {
    if (opened.current && hasMoreBefore && firstShown <= 3 && !history.loading) void history.loadOlder();
  }, [firstShown, hasMoreBefore, history]);

  const lastSeq = thread.items[thread.items.length - 1]?.seq ?? 0;
  const onScroll = (): void => {
    const end = virtualizer.isAtEnd(NEAR_END_PX);
    setAtEnd(end);
    pinned.current = virtualizer.isAtEnd(PINNED_PX);
    if (end) setSeenSeq(lastSeq);
  };
  // Rows are measured and room comes and goes without anybody scrolling.
  const endNow = virtualizer.isAtEnd(NEAR_END_PX);
  useEffect(() => {
    setAtEnd(endNow);
    if (virtualizer.isAtEnd(PINNED_PX)) pinned.current = true;
    if (endNow) setSeenSeq(lastSeq);
  }, [endNow, lastSeq, virtualizer]);
  useReadReport({ conversation, me, seq: unreadIsAbove ? 0 : atEnd ? lastSeq : seenSeq, report: actions.markRead });

  // New messages that come while the page is in the background begin the unread again.
  const lastKnown = useRef(lastSeq);
  useEffect(() => {
    const fresh = thread.items.filter((message) => message.seq > lastKnown.current);
    lastKnown.current = lastSeq;
    if (fresh.some((message) => message.kind === 'outgoing' && message.author.id === me)) setFrom(null);
    else if (!document.hasFocus() && isMine(conversation, me)) {
      const first = fresh.find((message) => message.kind === 'incoming');
      if (first !== undefined) setFrom((old) => old ?? first.seq);
    }
  }, [thread.items, lastSeq, me, conversation]);

  const below = thread.items.filter((message) => message.seq > seenSeq && message.kind !== 'activity').length;
  const unreadAt = indexOf((row) => row.kind === 'unread');
  const unreadAbove = (unreadSeq !== null || unreadIsAbove) && (unreadAt < 0 || unreadAt < (virtualizer.range?.startIndex ?? 0));

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={t('threadLog', { name: contactName(conversation.contact, t) })}
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={walk}
      >
        <div className={styles.canvas} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtualizer.measureElement}
                className={styles.place}
                style={{ top: item.start }}
              >
                <RowView row={row} conversation={conversation} kase={kase} actions={actions} me={me} loading={history.loading} flashed={flashed} />
              </div>
            );
          })}
        </div>
      </div>
      {unreadAbove && (
        <button type="button" className={styles.pillTop} onClick={jumpToUnread}>
          <Icon name="chevronUp" size={15} />
          {t('jumpUnread', { n: unreadCount })}
        </button>
      )}
      {!atEnd && (
        <button type="button" className={below > 0 ? styles.pillNew : styles.pillDown} aria-label={below > 0 ? undefined : t('toBottom')} onClick={toBottom}>
          {below > 0 && t('newBelow', { n: below })}
          <Icon name="chevronDown" size={16} />
        </button>
      )}
    </div>
  );
}

function isMine(c: ConversationView, me: string): boolean {
  return c.owner.kind === 'agent' && c.owner.agent_id === me;
}

/** Up and down go from message to message. */
function walk(event: KeyboardEvent<HTMLDivElement>): void {
  if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || event.altKey) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-message]')];
  if (all.length === 0) return;
  const at = all.findIndex((element) => element.contains(document.activeElement));
  const frame = event.currentTarget.getBoundingClientRect();
  const visible = all.filter((element) => element.getBoundingClientRect().bottom <= frame.bottom + 1);
  const to = at < 0 ? visible[visible.length - 1] : all[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (to === undefined) return;
  event.preventDefault();
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: 'nearest' });
}
