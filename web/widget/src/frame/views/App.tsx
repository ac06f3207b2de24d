// The frame of everything: header, connection banner, the present view, and what keys and drops do everywhere.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from '../chat';
import { words } from '../i18n';
import { picked, type State } from '../state';
import { paint } from '../theme';
import { Article } from './Article';
import { Composer } from './Composer';
import { ScreenContext, useScreen } from './context';
import { Icon } from './icons';
import { Leave } from './Leave';
import { Thread } from './Thread';

/** Short breaks are nobody's business. */
const BANNER_AFTER_MS = 1_500;

function status({ state, t }: { state: State; t: (typeof words)['en'] }): string {
  const conversation = state.conversation;
  if (!conversation) return state.hours ? t.statusStart : t.statusClosed;
  if (conversation.status === 'resolved') return t.statusResolved;
  if (conversation.owner_kind === 'agent') return t.statusAgent(conversation.agent_name || t.agent);
  return conversation.owner_kind === 'bot' ? t.statusBot : state.hours ? t.statusQueue : t.statusClosed;
}

function Header() {
  const screen = useScreen();
  const { chat, state, t } = screen;
  const agent = state.conversation && state.conversation.owner_kind === 'agent' && state.conversation.agent_name;
  return (
    <header class="head">
      <span class="emblem" aria-hidden="true">
        {agent ? Array.from(agent)[0] : <Icon name="bird" />}
      </span>
      <div class="head-text">
        <h1 tabIndex={-1} id="title" dir="auto">
          {picked(state.config, 'title', state.language) || t.chat}
        </h1>
        <p dir="auto">{status(screen)}</p>
      </div>
      <button
        type="button"
        class="head-tool"
        title={t.switchLanguage}
        lang={state.language === 'en' ? 'zh-CN' : 'en'}
        onClick={() => chat.language(state.language === 'en' ? 'zh-CN' : 'en', true)}
      >
        {t.otherLanguage}
        <span class="sr"> {t.switchLanguage}</span>
      </button>
      {chat.host.framed && (
        <button type="button" class="head-tool" aria-label={t.close} title={t.close} onClick={() => chat.host.close()}>
          <Icon name="down" />
        </button>
      )}
    </header>
  );
}

function Banner() {
  const { chat, state, t } = useScreen();
  const down = state.phase === 'starting' || (state.phase === 'ready' && state.link !== 'live' && state.link !== 'polling');
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!down) return setLate(false);
    const timer = setTimeout(() => setLate(true), BANNER_AFTER_MS);
    return () => clearTimeout(timer);
  }, [down]);
  const text = state.phase === 'refused' ? state.problem : !down || !late ? '' : state.link === 'offline' ? t.offline : state.phase === 'starting' ? t.starting : t.reconnecting;
  return (
    <div role="status" class={text ? 'banner' : 'banner empty'}>
      {text && <Icon name={state.phase === 'refused' ? 'alert' : 'clock'} />}
      <span>{text}</span>
      {state.phase === 'refused' && (
        <button type="button" class="link" onClick={() => void chat.boot()}>
          {t.tryAgain}
        </button>
      )}
    </div>
  );
}

function useDrop(chat: Chat): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const hasFiles = (event: DragEvent) => !!event.dataTransfer && Array.from(event.dataTransfer.types).includes('Files');
    const enter = (event: DragEvent) => hasFiles(event) && (depth++, setOver(true));
    const leave = (event: DragEvent) => hasFiles(event) && --depth <= 0 && ((depth = 0), setOver(false));
    const hover = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      chat.uploads.add(Array.from(event.dataTransfer!.files));
    };
    document.addEventListener('dragenter', enter);
    document.addEventListener('dragleave', leave);
    document.addEventListener('dragover', hover);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragenter', enter);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('dragover', hover);
      document.removeEventListener('drop', drop);
    };
  }, [chat]);
  return over;
}

/** Esc goes one step back; in the full-screen sheet Tab stays inside. */
function useKeys(chat: Chat): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === 'Escape') {
        if (chat.state.view.kind !== 'thread') chat.show({ kind: 'thread' });
        else chat.host.close();
      }
      if (event.key !== 'Tab' || !chat.state.sheet) return;
      const all = Array.from(document.querySelectorAll<HTMLElement>('button:not(:disabled),a[href],textarea,input:not([hidden]),[tabindex="0"]')).filter((one) => one.offsetParent);
      const edge = event.shiftKey ? all[0] : all[all.length - 1];
      if (!all.length || document.activeElement !== edge) return;
      event.preventDefault();
      (event.shiftKey ? all[all.length - 1] : all[0])!.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [chat]);
}

/** Focus moves in when the window opens: to the composer, or to the title where that would raise a keyboard. */
function useFocus(state: State): void {
  const shown = useRef(state.view.kind);
  useEffect(() => {
    const back = shown.current !== 'thread' && state.view.kind === 'thread';
    shown.current = state.view.kind;
    if (!state.open || (state.view.kind !== 'thread' && !back)) return;
    const touch = matchMedia('(hover: none) and (pointer: coarse)').matches;
    const target = document.getElementById(touch ? 'title' : 'composer');
    if (target) target.focus({ preventScroll: true });
  }, [state.open, state.view.kind]);
}

/** As a page of its own the app follows the part of the screen that a phone's keyboard leaves. */
function useViewport(framed: boolean): void {
  useEffect(() => {
    const view = window.visualViewport;
    if (framed || !view) return;
    const fit = () => document.documentElement.style.setProperty('--height', view.height + 'px');
    fit();
    view.addEventListener('resize', fit);
    return () => view.removeEventListener('resize', fit);
  }, [framed]);
}

export function App({ chat }: { chat: Chat }) {
  const [, redraw] = useState(0);
  useEffect(() => chat.subscribe(() => redraw((count) => count + 1)), [chat]);
  const { state } = chat;
  const t = words[state.language];
  const color = state.config ? state.config.color : '';
  useEffect(() => paint(color), [color]);
  useEffect(() => {
    document.documentElement.lang = state.language;
    if (!chat.host.framed) document.title = picked(state.config, 'title', state.language) || t.chat;
  }, [chat, t, state.language, state.config]);
  useKeys(chat);
  useFocus(state);
  useViewport(chat.host.framed);
  const over = useDrop(chat);
  const { view } = state;
  return (
    <ScreenContext.Provider value={{ chat, state, t }}>
      <div class={'app ' + (chat.host.framed ? 'framed' : 'page')}>
        <Header />
        <Banner />
        <main>
          {view.kind === 'article' && <Article id={view.id} title={view.title} url={view.url} quotes={view.quotes} />}
          {view.kind === 'leave' && <Leave closed={view.closed} />}
          {view.kind === 'thread' && <Thread />}
        </main>
        {view.kind === 'thread' && state.phase !== 'refused' && <Composer />}
        {over && (
          <div class="drop">
            <Icon name="clip" />
            {t.dropHere}
          </div>
        )}
      </div>
    </ScreenContext.Provider>
  );
}
