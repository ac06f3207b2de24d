// Where replies and notes are written. A reply and a note look different, keep different texts, and nothing an input
// method does can send either.
import { Suspense, useEffect, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent, type Ref } from 'react';
import type { ConversationView, MessageView, SuggestionView } from '@qingniao/shared/api';
import { uuid } from '../../../../api';
import { usePreferences } from '../../../../app/preferences';
import { useHasRole, useSession } from '../../../../app/session';
import { useCommands } from '../../../../commands';
import { useT } from '../../../../i18n';
import { ConfirmDialog, cx, lazy } from '../../../../ui';
import { useOutbox } from '../../api/outbox-context';
import { messages } from '../../messages';
import { insertOf } from '../../model/assist';
import { allowedMode, isEmpty, type Mode } from '../../model/drafts';
import { mentionsIn } from '../../model/mentions';
import { contactName } from '../../model/names';
import { asksToSend, insertAt, triggerAt, type Trigger } from '../../model/typing';
import { AttachmentTray } from './AttachmentTray';
import { ComposerBar } from './ComposerBar';
import { ModeTabs } from './ModeTabs';
import { ReplyBar } from './ReplyBar';
import { SuggestionList } from './SuggestionList';
import { useLookups } from '../lookups';
import { useDraft } from './use-draft';
import { useFileWays } from './use-file-ways';
import { useRights } from './use-rights';
import { useSuggestions } from './use-suggestions';
import { useTypingSignal } from './use-typing-signal';
import { useUploads } from './use-uploads';
import styles from './Composer.module.css';

export interface ComposerHandle {
  replyTo(message: MessageView): void;
  /** Puts a suggested answer at the caret, for editing. */
  insert(item: SuggestionView): void;
  addFiles(files: File[]): void;
  /** Words that were taken back, to be written anew. */
  restore(text: string): void;
}

export interface ComposerProps {
  conversation: ConversationView;
  /** The loaded messages, to name the one that is answered. */
  items: MessageView[];
  /** By whose channels an answer may go: the conversation itself and its parts. */
  wires: ConversationView[];
  onSent(): void;
  ref?: Ref<ComposerHandle>;
}

export const TEXT_MAX = 10_000;
const WireChoice = lazy(() => import('../../../cases/WireChoice'));
const MakeUp = lazy(() => import('./MakeUp'));
const QuotaMeter = lazy(() => import('./QuotaMeter'));
const TemplateChoice = lazy(() => import('./TemplateChoice'));
const MacroBar = lazy(() => import('./MacroBar'));
const TranslateBar = lazy(() => import('./TranslateBar'));

export function Composer({ conversation, items, wires, onSent, ref }: ComposerProps) {
  const t = useT(messages);
  const { user, server } = useSession();
  const translates = server.translates_into;
  const supervises = useHasRole('supervisor');
  const { sendKey, markdown } = usePreferences();
  const outbox = useOutbox();
  const rights = useRights(conversation);
  // By the channel that the customer wrote by last, unless another was chosen for this answer.
  const [wireId, setWireId] = useState<string | null>(null);
  const heard = items.filter((message) => message.kind === 'incoming' && message.recalled_at === null).pop()?.conversation_id;
  const wire = wires.find((one) => one.id === wireId) ?? wires.find((one) => one.id === heard) ?? conversation;
  const [template, setTemplate] = useState<string | null>(null);
  const lookups = useLookups();
  const channel = lookups.inbox(wire.inbox_id)?.channel ?? 'web';
  const mayLimit = channel !== 'web' && channel !== 'api';
  const drafting = useDraft(user.id, conversation.id);
  const { draft, part, setText, setMode, setReplyTo, insertReply, setCanned, addAttachment, removeAttachment, clear } = drafting;
  const forced = useRef(false);
  const allowed = allowedMode({ mode: draft.mode, forced: forced.current }, rights.reply, isEmpty(draft.note));
  const mode = allowed.mode;
  const typing = useTypingSignal(conversation);
  const uploads = useUploads(addAttachment);
  const ways = useFileWays(wire.id, part.attachments, mode === 'reply');
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [chosen, setChosen] = useState(0);
  // Who was typing when it was asked; they may have stopped since.
  const [confirming, setConfirming] = useState<string | null>(null);
  const caret = useRef<number | null>(null);
  const suggestions = useSuggestions(trigger, conversation, markdown);
  const name = contactName(conversation.contact, t);
  const answered = useMemo(() => items.find((message) => message.id === draft.replyTo) ?? null, [items, draft.replyTo]);

  // The stored mode may be one this person has no right to any more, or was forced and is not any longer.
  useEffect(() => {
    forced.current = allowed.forced;
    if (draft.mode !== mode) setMode(mode);
  }, [draft.mode, mode, allowed.forced, setMode]);

  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
    if (caret.current !== null) {
      element.setSelectionRange(caret.current, caret.current);
      caret.current = null;
    }
  }, [part.text, mode]);

  const focus = (): void => field.current?.focus();
  const addFiles = (files: File[]): void => {
    uploads.add(files, part.attachments.length);
    focus();
  };
  const insert = (item: SuggestionView): void => {
    const at = mode === 'reply' ? (field.current?.selectionStart ?? draft.reply.text.length) : draft.reply.text.length;
    const next = insertAt(draft.reply.text, at, at, insertOf(item, markdown, location.origin));
    caret.current = next.caret;
    insertReply(next.text, item.key);
    typing.typed('reply');
    focus();
  };
  useImperativeHandle(ref, () => ({
    replyTo: (message) => {
      if (rights.reply) setMode('reply');
      setReplyTo(message.id);
      setWireId(message.conversation_id);
      focus();
    },
    insert,
    addFiles,
    restore: (text) => {
      setMode('reply');
      if (draft.reply.text === '') setText(text);
      focus();
    },
  }));

  const over = part.text.length - TEXT_MAX;
  const ready = (part.text.trim() !== '' || part.attachments.length > 0) && over <= 0 && !uploads.running;
  const rival = mode === 'reply' ? rights.typingColleague : null;

  const send = (): void => {
    if (!ready) return;
    setConfirming(null);
    outbox.send({
      id: uuid(),
      userId: user.id,
      conversationId: mode === 'note' ? conversation.id : wire.id,
      kind: mode === 'note' ? 'note' : 'outgoing',
      text: part.text.trim(),
      format: markdown ? 'markdown' : 'text',
      attachments: part.attachments,
      // What another channel's message said cannot be quoted there.
      replyTo: mode === 'reply' && answered?.conversation_id === (wire.split_from ?? wire.id) ? draft.replyTo : null,
      force: mode === 'reply' && rights.others && supervises,
      suggestion: mode === 'reply' ? (draft.suggestion ?? null) : null,
      canned: mode === 'reply' ? (draft.canned ?? null) : null,
      template: mode === 'reply' && channel === 'whatsapp' ? template : null,
      mentions: mode === 'note' ? mentionsIn(part.text, lookups.users.filter((one) => !one.disabled && !one.service)) : [],
      createdAt: Date.now(),
      state: 'waiting',
      attempts: 0,
      dueAt: Date.now(),
      reason: null,
    });
    typing.stopped();
    clear();
    setWireId(null);
    setTrigger(null);
    onSent();
    focus();
  };
  const askOrSend = (): void => {
    if (ready && rival !== null) setConfirming(rival);
    else send();
  };

  const look = (text: string, at: number): void => {
    const found = triggerAt(text, at);
    // Customers are not told of colleagues.
    const next = found?.kind === 'colleague' && mode === 'reply' ? null : found;
    if (next?.kind !== trigger?.kind || next?.query !== trigger?.query) setChosen(0);
    setTrigger(next);
  };
  const pick = (index: number): void => {
    const item = suggestions.items[index];
    if (item === undefined || trigger === null) return;
    const end = trigger.from + 1 + trigger.query.length;
    const next = insertAt(part.text, trigger.from, end, item.insert);
    caret.current = next.caret;
    setText(next.text);
    if (mode === 'reply' && item.acts) setCanned(item.id);
    setTrigger(null);
    typing.typed(mode);
    focus();
  };
  /** Puts a `/` or `#` where the caret is, as if it had been typed. */
  const openSuggestions = (mark: '/' | '#'): void => {
    const at = field.current?.selectionStart ?? part.text.length;
    const before = part.text[at - 1] ?? ' ';
    const inserted = /\s/.test(before) || at === 0 ? mark : ` ${mark}`;
    const next = insertAt(part.text, at, at, inserted);
    caret.current = next.caret;
    setText(next.text);
    look(next.text, next.caret);
    focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const press = pressOf(event);
    const composing = press.isComposing || press.keyCode === 229;
    if (trigger !== null && !composing && steer(event)) return;
    if (asksToSend(press, sendKey)) {
      event.preventDefault();
      askOrSend();
    }
  };
  /** Keys that belong to the suggestions while they are open. */
  const steer = (event: KeyboardEvent): boolean => {
    const count = suggestions.items.length;
    if (event.key === 'Escape') setTrigger(null);
    else if (count === 0) return false;
    else if (event.key === 'ArrowDown') setChosen((chosen + 1) % count);
    else if (event.key === 'ArrowUp') setChosen((chosen - 1 + count) % count);
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') pick(Math.min(chosen, count - 1));
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const onPaste = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    addFiles(files);
  };

  const switchTo = (next: Mode): void => {
    forced.current = false;
    setMode(next);
    focus();
  };
  useCommands({
    'write.reply': { run: () => switchTo('reply'), when: () => rights.reply },
    'write.note': () => switchTo('note'),
    'write.attach': () => picker.current?.click(),
    'write.article': () => openSuggestions('#'),
    'write.canned': () => openSuggestions('/'),
  });

  const hint = rights.hint(mode);
  const open = trigger !== null;
  return (
    <div className={cx(styles.composer, mode === 'note' && styles.noteMode)}>
      {open && (
        <SuggestionList id={listId} trigger={trigger} suggestions={suggestions} chosen={chosen} onChoose={setChosen} onPick={pick} />
      )}
      <ModeTabs mode={mode} canReply={rights.reply} hint={hint} hasReply={!isEmpty(draft.reply)} hasNote={!isEmpty(draft.note)} onChange={switchTo} />
      {mode === 'reply' && wires.length > 1 && (
        <Suspense>
          <WireChoice wires={wires} value={wire.id} onChange={setWireId} />
        </Suspense>
      )}
      {mode === 'reply' && draft.replyTo !== null && (
        <ReplyBar message={answered} conversation={conversation} onCancel={() => setReplyTo(null)} />
      )}
      {mode === 'reply' && draft.canned && part.text !== '' && (
        <Suspense>
          <MacroBar id={draft.canned} onCancel={() => setCanned(null)} />
        </Suspense>
      )}
      {mode === 'reply' && conversation.compensation.length > 0 && (
        <Suspense>
          <MakeUp offers={conversation.compensation} />
        </Suspense>
      )}
      {mode === 'reply' && mayLimit && (
        <Suspense>
          <QuotaMeter conversation={wire} />
          {channel === 'whatsapp' && <TemplateChoice conversation={wire} value={template} onChange={setTemplate} />}
        </Suspense>
      )}
      <textarea
        ref={field}
        className={styles.field}
        rows={2}
        dir="auto"
        value={part.text}
        aria-label={t(mode === 'note' ? 'note' : 'composer')}
        placeholder={mode === 'note' ? t('notePlaceholder') : t('replyPlaceholder', { name: shortName(name) })}
        aria-autocomplete="list"
        aria-controls={open ? listId : undefined}
        aria-activedescendant={open && suggestions.items.length > 0 ? `${listId}-${chosen}` : undefined}
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value === '') setCanned(null);
          look(event.target.value, event.target.selectionStart);
          typing.typed(mode);
        }}
        onSelect={(event) => {
          if (trigger !== null) look(part.text, event.currentTarget.selectionStart);
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onBlur={() => setTrigger(null)}
      />
      {mode === 'reply' && translates.length > 0 && (
        <Suspense>
          <TranslateBar conversationId={conversation.id} first={conversation.language} languages={translates} text={part.text} onText={setText} />
        </Suspense>
      )}
      <AttachmentTray attachments={part.attachments} ways={ways} uploads={uploads} onRemove={removeAttachment} />
      <ComposerBar
        mode={mode}
        ready={ready}
        over={over}
        uploading={uploads.running}
        rival={rival}
        picker={picker}
        onFiles={addFiles}
        onCanned={() => openSuggestions('/')}
        onArticle={() => openSuggestions('#')}
        onSend={askOrSend}
      />
      <ConfirmDialog
        open={confirming !== null}
        onClose={() => setConfirming(null)}
        title={t('sendWhileTypingTitle', { name: confirming ?? '' })}
        text={t('sendWhileTypingText')}
        action={t('sendAnyway')}
        danger={false}
        onConfirm={send}
      />
    </div>
  );
}

/** A placeholder is one line; some names are not. */
function shortName(name: string): string {
  const letters = Array.from(name);
  return letters.length > 20 ? `${letters.slice(0, 19).join('')}…` : name;
}

function pressOf(event: KeyboardEvent) {
  const { key, keyCode, shiftKey, ctrlKey, metaKey, altKey } = event;
  return { key, keyCode, shiftKey, ctrlKey, metaKey, altKey, isComposing: event.nativeEvent.isComposing };
}
