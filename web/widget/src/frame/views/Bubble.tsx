// One message, from the server or still on its way to it.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { safeUrl } from '../../lib/url';
import { sizeText } from '../i18n';
import { picked } from '../state';
import type { Attachment, Button, Message } from '../types';
import { useScreen } from './context';
import { Icon } from './icons';
import { Rich } from './Rich';

export function Files({ files }: { files: Attachment[] }) {
  return (
    <div class="files">
      {files.map((file) => (
        <OneFile key={file.id} file={file} />
      ))}
    </div>
  );
}

function OneFile({ file }: { file: Attachment }) {
  const { t } = useScreen();
  const [broken, setBroken] = useState(false);
  const url = safeUrl(file.url || `/api/v1/attachments/${file.id}/${encodeURIComponent(file.name)}`) || undefined;
  if (/^image\/(png|jpeg|gif|webp)$/.test(file.media_type) && !broken) {
    return (
      <a class="picture" href={url} target="_blank" rel="noopener noreferrer" aria-label={t.image(file.name)}>
        <img src={url} alt="" loading="lazy" onError={() => setBroken(true)} />
      </a>
    );
  }
  return (
    <a class="file" href={url} target="_blank" rel="noopener noreferrer" download={file.name}>
      <Icon name="file" />
      <span class="sr">{t.file} </span>
      <span class="file-name">
        <bdi>{file.name}</bdi>
      </span>
      <span class="file-size">{sizeText(file.size_bytes)}</span>
    </a>
  );
}

function Buttons({ buttons, live }: { buttons: Button[]; live: boolean }) {
  const { chat } = useScreen();
  const shown = buttons.filter((button) => (button.action === 'link' ? safeUrl(button.url) : live));
  if (!shown.length) return null;
  return (
    <div class="choices">
      {shown.map((button) =>
        button.action === 'link' ? (
          <a class="choice" href={safeUrl(button.url)!} target="_blank" rel="noopener noreferrer">
            {button.label}
            <Icon name="out" />
          </a>
        ) : (
          <button type="button" class="choice" onClick={() => (button.action === 'handoff' ? chat.askForPerson(false) : chat.send(button.text, button.label))}>
            {button.action === 'handoff' && <Icon name="person" />}
            {button.label}
          </button>
        ),
      )}
    </div>
  );
}

function Cards({ message }: { message: Message }) {
  const cards = message.content.cards || [];
  return (
    <>
      {cards.map((card) => {
        const url = card.url && safeUrl(card.url);
        const inside = (
          <>
            <strong dir="auto">{card.title}</strong>
            {card.text && <span dir="auto">{card.text}</span>}
          </>
        );
        return url ? (
          <a class="card" href={url} target="_blank" rel="noopener noreferrer">
            {inside}
          </a>
        ) : (
          <div class="card">{inside}</div>
        );
      })}
    </>
  );
}

function Sources({ message }: { message: Message }) {
  const { chat, t } = useScreen();
  const citations = message.content.citations || [];
  if (!citations.length) return null;
  return (
    <div class="sources">
      <span class="sources-word">{t.sources}</span>
      {citations.map((one) => (
        <button type="button" class="source" onClick={() => chat.show({ kind: 'article', id: one.article_id, title: one.title, url: one.url, quotes: one.quotes })}>
          <Icon name="book" />
          <span dir="auto">{one.title}</span>
        </button>
      ))}
    </div>
  );
}

/** The text being answered, in one line. */
function Quote({ id }: { id: string }) {
  const { state, t } = useScreen();
  const quoted = state.messages.find((message) => message.id === id);
  if (!quoted) return null;
  const text = quoted.content.text || (quoted.content.attachments || []).map((file) => file.name).join(', ');
  return (
    <div class="quote">
      <span class="sr">{t.replyingTo}: </span>
      <bdi>{quoted.recalled_at ? t.recalled : text}</bdi>
    </div>
  );
}

export function Bubble({ message, fresh }: { message: Message; fresh: boolean }) {
  const { state, t } = useScreen();
  const { content } = message;
  const own = message.kind === 'incoming';
  if (message.recalled_at) return <p class="line">{t.recalled}</p>;
  const hasBody = !!content.text || !!content.ai;
  return (
    <>
      {hasBody && (
        <div class={own ? 'bubble own' : 'bubble'}>
          {message.reply_to && <Quote id={message.reply_to} />}
          <Rich text={content.text} markdown={content.format === 'markdown'} />
          <Sources message={message} />
          {(content.ai || message.edited_at) && (
            <div class="marks">
              {content.ai && (
                <span class="ai">
                  <Icon name="spark" />
                  {picked(state.config, 'ai_mark', state.language) || 'AI'}
                </span>
              )}
              {message.edited_at && <span>{t.edited}</span>}
            </div>
          )}
        </div>
      )}
      {!!(content.attachments || []).length && <Files files={content.attachments!} />}
      <Cards message={message} />
      <Buttons buttons={content.buttons || []} live={fresh} />
    </>
  );
}

export function Delivery({ kind, children }: { kind: 'clock' | 'check' | 'checks' | 'alert'; children: ComponentChildren }) {
  return (
    <p class={kind === 'alert' ? 'delivery bad' : 'delivery'}>
      <Icon name={kind} />
      <span>{children}</span>
    </p>
  );
}
