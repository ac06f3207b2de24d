// The conversation: greeting, messages with their times and lines, what is on its way, typing, rating.

import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Item } from '../../lib/outbox';
import { timeText, type Words } from '../i18n';
import { picked, type State, suggestions } from '../state';
import { activityLine } from '../thread';
import type { Attachment, Message } from '../types';
import { Bubble, Delivery, Files } from './Bubble';
import { useScreen } from './context';
import { Csat } from './Csat';
import { Icon } from './icons';
import { Rich } from './Rich';

const PAUSE_MS = 10 * 60_000;
const NEAR_END_PX = 80;

function lineText(t: Words, message: Message): string | null {
  const line = activityLine(message);
  if (!line) return null;
  switch (line.key) {
    case 'joined':
      return t.actJoined(line.name || t.agent);
    case 'queued':
      return t.actQueued;
    case 'queuedClosed':
      return t.actQueuedClosed;
    case 'resolved':
      return t.actResolved;
    case 'reopened':
      return t.actReopened;
  }
}

function Avatar({ kind, name }: { kind: string; name: string }) {
  return (
    <span class="avatar" aria-hidden="true">
      {kind === 'agent' && name ? Array.from(name)[0] : <Icon name="bird" />}
    </span>
  );
}

function Group({ kind, name, children }: { kind: string; name: string; children: ComponentChildren }) {
  return (
    <div class="group">
      <Avatar kind={kind} name={name} />
      <div class="group-body">
        <p class="name">
          <bdi>{name}</bdi>
        </p>
        {children}
      </div>
    </div>
  );
}

function Greeting() {
  const { chat, state, t } = useScreen();
  const text = picked(state.config, 'greeting', state.language);
  const asks = state.messages.length || state.outbox.length ? [] : suggestions(state.config, state.language);
  if (!text) return null;
  return (
    <Group kind="bot" name={picked(state.config, 'title', state.language)}>
      <div class="bubble">
        <Rich text={text} markdown={false} />
      </div>
      {asks.length > 0 && (
        <div class="asks" role="group" aria-label={t.suggestions}>
          {asks.map((ask) => (
            <button type="button" class="choice" onClick={() => chat.send(ask, ask)}>
              {ask}
            </button>
          ))}
        </div>
      )}
    </Group>
  );
}

/** Delivery of the visitor's own message; told under the last one only. */
function own(t: Words, state: State, message: Message) {
  if (message.state === 'failed') return <Delivery kind="alert">{t.failed}</Delivery>;
  const seen = state.conversation && state.conversation.id === message.conversation_id && state.conversation.agent_read_seq >= message.seq;
  return seen || message.state === 'read' ? <Delivery kind="checks">{t.read}</Delivery> : <Delivery kind="check">{t.sent}</Delivery>;
}

function Pending({ item }: { item: Item }) {
  const { chat, state, t } = useScreen();
  const text = item.kind === 'handoff' ? t.personAsked : String(item.body.text || '');
  const files = (item.files || []) as Attachment[];
  return (
    <div class="mine">
      {text && (
        <div class={item.failed || item.kept ? 'bubble own' : 'bubble own pending'}>
          {item.kind === 'leave' && <p class="quote">{t.leaveSent}</p>}
          <Rich text={text} markdown={false} />
        </div>
      )}
      {files.length > 0 && <Files files={files} />}
      {item.failed !== undefined ? (
        <>
          <Delivery kind="alert">
            {t.failed}
            {item.failed && item.failed !== 'refused' ? ': ' + item.failed : ''}
          </Delivery>
          <p class="again">
            <button type="button" class="link" onClick={() => chat.retryItem(item.id)}>
              {t.retry}
            </button>
            <button type="button" class="link" onClick={() => chat.discardItem(item.id)}>
              {t.discard}
            </button>
          </p>
        </>
      ) : item.kept ? (
        <Delivery kind="check">{t.sent}</Delivery>
      ) : (
        <Delivery kind="clock">{state.link === 'offline' ? t.waitingNetwork : t.sending}</Delivery>
      )}
    </div>
  );
}

/** Messages as rows: times after pauses, neighbours of one author together. */
function Rows() {
  const { state, t } = useScreen();
  const now = Date.now();
  const rows: ComponentChildren[] = [];
  const lastOwn = state.messages.reduce((found, message, i) => (message.kind === 'incoming' ? i : found), -1);
  const answerable = !state.outbox.length && !(state.conversation && (state.conversation.owner_kind !== 'bot' || state.conversation.status === 'resolved'));
  let before = 0;
  for (let i = 0; i < state.messages.length; ) {
    const message = state.messages[i]!;
    if (message.kind === 'activity') {
      const text = lineText(t, message);
      if (text) rows.push(<p class="line" key={message.id}>{text}</p>);
      i++;
      continue;
    }
    if (message.created_at - before > PAUSE_MS) rows.push(<p class="time" key={'t' + message.id}><time dateTime={new Date(message.created_at).toISOString()}>{timeText(t, state.language, message.created_at, now)}</time></p>);
    const run: ComponentChildren[] = [];
    const { kind, name } = message.author;
    for (; i < state.messages.length; i++) {
      const next = state.messages[i]!;
      if (next.kind !== message.kind || next.author.kind !== kind || next.author.name !== name || next.created_at - (before || next.created_at) > PAUSE_MS && run.length) break;
      before = next.created_at;
      run.push(<Bubble key={next.id} message={next} fresh={i > lastOwn && answerable} />);
      if (i === lastOwn && !state.outbox.length) run.push(own(t, state, next));
      if (next.client_msg_id && state.left.includes(next.client_msg_id)) run.push(<p class="line">{t.actLeave}</p>);
    }
    rows.push(
      message.kind === 'incoming' ? (
        <div class="mine" key={message.id}>{run}</div>
      ) : (
        <Group key={message.id} kind={kind} name={kind === 'agent' ? name || t.agent : name || t.assistant}>{run}</Group>
      ),
    );
  }
  return <>{rows}</>;
}

/** Keeps the end in sight while the visitor is there, and the place while older messages come in above. */
function useScroll(state: State) {
  const { chat } = useScreen();
  const box = useRef<HTMLDivElement>(null);
  const held = useRef({ first: '', last: '', height: 0 });
  /** Messages that came below the visible part; -1: none, only scrolled away. */
  const [away, setAway] = useState(0);

  const toEnd = useCallback(() => {
    const element = box.current;
    // Another view took the place between a change and its effect.
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    chat.atEnd = true;
    setAway(0);
    chat.markRead();
  }, [chat]);
  const onScroll = () => {
    const element = box.current!;
    chat.atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (!chat.atEnd) return setAway((count) => count || -1);
    setAway(0);
    chat.markRead();
  };

  useLayoutEffect(() => {
    const element = box.current!;
    const { messages } = state;
    const first = messages.length ? messages[0]!.id : '';
    const last = messages.length ? messages[messages.length - 1]! : null;
    const before = held.current;
    held.current = { first, last: last ? last.id : '', height: element.scrollHeight };
    if (chat.atEnd) return toEnd();
    if (before.first && first !== before.first) element.scrollTop += element.scrollHeight - before.height;
    if (last && last.id !== before.last && last.kind !== 'incoming') setAway((count) => Math.max(0, count) + 1);
  }, [chat, toEnd, state]);

  // Own words always bring their sender to the end.
  useEffect(() => {
    if (state.outbox.length) toEnd();
  }, [toEnd, state.outbox.length]);

  useEffect(() => {
    const element = box.current!;
    if (!('ResizeObserver' in window)) return;
    const watch = new ResizeObserver(() => chat.atEnd && toEnd());
    watch.observe(element);
    watch.observe(element.firstElementChild!);
    return () => watch.disconnect();
  }, [chat, toEnd]);
  return { box, onScroll, away, toEnd };
}

/** The history that a start brings is not news: it is not read out. */
function useSettled(ready: boolean): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(ready), 1_000);
    return () => clearTimeout(timer);
  }, [ready]);
  return settled;
}

export function Thread() {
  const { chat, state, t } = useScreen();
  const { box, onScroll, away, toEnd } = useScroll(state);
  const settled = useSettled(state.phase === 'ready');
  const arrived = new Set(state.messages.map((message) => message.client_msg_id));
  const resolved = state.conversation && state.conversation.status === 'resolved';
  return (
    <div class="thread">
      <div class="scroller" ref={box} onScroll={onScroll} tabIndex={0} role="region" aria-label={t.messages}>
        <div class="column">
          {state.moreBefore ? (
            <button type="button" class="earlier" disabled={state.loadingBefore} onClick={() => void chat.loadBefore()}>
              {state.loadingBefore ? t.loading : t.earlier}
            </button>
          ) : (
            <Greeting />
          )}
          <div role="log" aria-live={settled ? 'polite' : 'off'} aria-busy={state.loadingBefore} aria-relevant="additions" aria-label={t.messages} class="log">
            <Rows />
          </div>
          {/* Outside the log: own words are read out once, when they have arrived. */}
          <div class="log">{state.outbox.map((item) => (arrived.has(item.id) ? null : <Pending key={item.id} item={item} />))}</div>
          <div role="status" class="typing-place">
            {state.typing && (
              <p class="typing">
                <span class="dots" aria-hidden="true">
                  <i />
                  <i />
                  <i />
                </span>
                {t.typing(state.typing)}
              </p>
            )}
          </div>
          {resolved && <Csat />}
        </div>
      </div>
      {away !== 0 && (
        <button type="button" class="to-end" onClick={toEnd}>
          {away > 0 ? t.newMessages(away) : <span class="sr">{t.toBottom}</span>}
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}
