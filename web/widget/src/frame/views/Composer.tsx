// Where the visitor writes: text, files by picker, paste or drop, the way to a person, and the queue they may be in.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { expectedText, sizeText } from '../i18n';
import { recall, remember } from '../local';
import type { Upload } from '../state';
import { useScreen } from './context';
import { Icon } from './icons';

const TEXT_MAX = 10_000;
const TALLEST_PX = 140;

function QueueNote() {
  const { chat, state, t } = useScreen();
  const conversation = state.conversation;
  if (!conversation || conversation.owner_kind !== 'queue' || conversation.status === 'resolved') return null;
  const queue = conversation.queue;
  return (
    <div class="queue">
      <span class="pulse" aria-hidden="true" />
      <p role="status">
        <strong>{!state.hours ? t.statusClosed : queue && queue.position > 0 ? t.queued(queue.position) : t.queuedSoon}</strong>
        {state.hours && queue && queue.expected_wait_ms != null && <span>{t.wait(expectedText(t, queue.expected_wait_ms, queue.likely_max_ms))}</span>}
      </p>
      <button type="button" class="link" onClick={() => chat.show({ kind: 'leave', closed: !state.hours })}>
        {t.leave}
      </button>
    </div>
  );
}

function Tray({ uploads }: { uploads: Upload[] }) {
  const { chat, t } = useScreen();
  const list = useRef<HTMLUListElement>(null);
  // Only a few fit: the newest, whose progress one waits for, comes into view.
  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [uploads.length]);
  if (!uploads.length) return null;
  return (
    <ul class="tray" ref={list}>
      {uploads.map((upload) => (
        <li key={upload.id} class={upload.state === 'failed' ? 'upload bad' : 'upload'}>
          {upload.preview ? <img src={upload.preview} alt="" /> : <Icon name="file" />}
          <span class="upload-text">
            <span class="file-name">
              <bdi>{upload.name}</bdi>
            </span>
            <span class="upload-state" role={upload.state === 'failed' ? 'alert' : undefined}>
              {upload.state === 'uploading' ? t.uploading(Math.floor(upload.progress * 100)) : upload.state === 'failed' ? upload.problem : sizeText(upload.size)}
            </span>
            {upload.state === 'uploading' && <progress value={upload.progress} max={1} aria-label={upload.name} />}
          </span>
          {upload.state === 'failed' && !upload.final && (
            <button type="button" class="tool" aria-label={t.retryFile(upload.name)} onClick={() => chat.uploads.retry(upload.id)}>
              <Icon name="again" />
            </button>
          )}
          <button type="button" class="tool" aria-label={(upload.state === 'uploading' ? t.cancelUpload : t.removeFile)(upload.name)} onClick={() => chat.uploads.remove(upload.id)}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Composer() {
  const { chat, state, t } = useScreen();
  const [text, setText] = useState(() => recall(chat.draftKey));
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const owner = state.conversation && state.conversation.status !== 'resolved' ? state.conversation.owner_kind : 'bot';
  const waiting = state.uploads.some((one) => one.state !== 'done');
  const tooLong = text.length > TEXT_MAX;
  const ready = !waiting && !tooLong && (!!text.trim() || state.uploads.length > 0);

  useLayoutEffect(() => {
    const element = area.current!;
    element.style.height = 'auto';
    element.style.height = Math.min(element.scrollHeight, TALLEST_PX) + 'px';
  }, [text, state.open]);

  useEffect(() => {
    const timer = setTimeout(() => remember(chat.draftKey, text), 300);
    return () => clearTimeout(timer);
  }, [chat, text]);

  // Logged out: the draft was somebody else's.
  const contact = state.contact ? state.contact.id : '';
  const known = useRef(contact);
  useEffect(() => {
    if (known.current && !contact) setText('');
    known.current = contact;
  }, [contact]);

  const send = () => {
    if (!ready) return;
    chat.send(text);
    setText('');
    remember(chat.draftKey, null);
    area.current!.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // An Enter that commits an input method's candidate is no send (229 is what Safari says after the commit).
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = Array.from((event.clipboardData && event.clipboardData.files) || []);
    // Office programs put a picture of the text beside it: the text is what was meant.
    if (!files.length || event.clipboardData!.getData('text/plain')) return;
    event.preventDefault();
    chat.uploads.add(files);
  };

  return (
    <footer class="foot">
      <QueueNote />
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Tray uploads={state.uploads} />
        {state.uploads.some((one) => one.state === 'failed') && (
          <p class="problem" role="status">
            {t.removeFailed}
          </p>
        )}
        {tooLong && (
          <p class="problem" role="status">
            {t.tooLong(text.length - TEXT_MAX)}
          </p>
        )}
        <textarea
          ref={area}
          id="composer"
          rows={1}
          dir="auto"
          aria-label={t.composer}
          placeholder={owner === 'agent' ? t.placeholderAgent : t.placeholder}
          enterkeyhint="send"
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            chat.typing.typed(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <div class="tools">
          <button type="button" class="tool" aria-label={t.attach} title={t.attach} onClick={() => picker.current!.click()}>
            <Icon name="clip" />
          </button>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              chat.uploads.add(Array.from(event.currentTarget.files || []));
              event.currentTarget.value = '';
            }}
          />
          {owner === 'bot' && (
            <button
              type="button"
              class="person"
              onClick={() => {
                chat.askForPerson(false);
                // The button goes away; focus must not fall out of the window with it.
                area.current!.focus();
              }}
            >
              <Icon name="person" />
              {t.person}
            </button>
          )}
          <button type="submit" class="send" aria-label={t.send} disabled={!ready}>
            <Icon name="send" />
          </button>
        </div>
      </form>
    </footer>
  );
}
