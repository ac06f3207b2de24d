// One message: who, what, how far it has come, and what can be done with it.
import { memo, Suspense } from 'react';
import type { ConversationView, MessageView } from '@qingniao/shared/api';
import { useSession } from '../../../../app/session';
import { useFormat, useT } from '../../../../i18n';
import { Avatar, Icon, cx, lazy } from '../../../../ui';
import { messages } from '../../messages';
import { contactName } from '../../model/names';
import { picturesOf } from '../../model/pictures';
import { canRecall, deliveryOf } from '../../model/rows';
import { useLookups } from '../lookups';
import { useMarked, type Span } from '../mood/evidence';
import { Attachments } from './Attachments';
import { Delivery } from './Delivery';
import { Extras } from './Extras';
import { Markdown, PlainText } from './Markdown';
import { MessageActions } from './MessageActions';
import type { ThreadActions } from './RowView';
import styles from './Message.module.css';

const Letter = lazy(() => import('./Letter'));
const MarkedText = lazy(() => import('../mood/MarkedText'));
const PicturedText = lazy(() => import('./PicturedText'));
const UndoSend = lazy(() => import('./UndoSend'));
const Translation = lazy(() => import('./Translation'));

export interface MessageItemProps {
  message: MessageView;
  first: boolean;
  /** Of a part of the case: by which channel it came is said. */
  part: boolean;
  /** Written in the thread that is open. */
  own: boolean;
  conversation: ConversationView;
  /** The message this one answers, if it is loaded. */
  answered: MessageView | null;
  actions: ThreadActions;
  me: string;
  flashed: boolean;
}

export function useAuthorName(message: MessageView, conversation: ConversationView): string {
  const t = useT(messages);
  switch (message.author.kind) {
    case 'contact':
      return message.author.name || contactName(conversation.contact, t);
    case 'bot':
      return message.author.name || t('bot');
    default:
      return message.author.name || t('unknownAgent');
  }
}

export const MessageItem = memo(function MessageItem({ message, first, part, own, conversation, answered, actions, me, flashed }: MessageItemProps) {
  const t = useT(messages);
  const { formatTime, formatDateTime } = useFormat();
  const name = useAuthorName(message, conversation);
  const inbox = useLookups().inbox(conversation.inbox_id);
  const channel = inbox?.channel ?? 'web';
  const side = message.kind === 'incoming' ? 'in' : 'out';
  const tone = message.kind === 'note' ? styles.note : message.author.kind === 'bot' ? styles.bot : side === 'in' ? styles.incoming : styles.outgoing;
  const recalled = message.recalled_at !== null;
  const { content } = message;
  const marked = useMarked(message.id) ?? [];
  const pictures = marked.length > 0 ? [] : picturesOf(content);
  const isOurs = message.kind === 'outgoing';
  const translates = useSession().server.translates_into.length > 0;

  return (
    <article
      className={cx(styles.message, side === 'in' ? styles.in : styles.out, first && styles.first, flashed && styles.flashed)}
      data-message={message.id}
      tabIndex={-1}
      aria-label={`${name} ${formatTime(message.created_at)}`}
    >
      <span className={styles.face}>
        {first && <Avatar name={name} seed={message.author.id ?? message.author.kind} size="sm" {...(message.author.kind === 'bot' ? { icon: 'bot' as const } : {})} />}
      </span>
      <div className={styles.column}>
        {first && (
          <header className={styles.head}>
            <bdi className={styles.name}>{name}</bdi>
            {message.kind === 'note' && (
              <span className={styles.noteMark}>
                <Icon name="lock" size={12} />
                {t('note')} · {t('noteHint')}
              </span>
            )}
            {part && inbox !== undefined && <span className={styles.noteMark}>{t('fromWire', { inbox: inbox.name })}</span>}
            <time dateTime={new Date(message.created_at).toISOString()} title={formatDateTime(message.created_at)}>
              {formatTime(message.created_at)}
            </time>
          </header>
        )}
        <div className={styles.line}>
          <div className={cx(styles.bubble, tone, recalled && styles.recalled)} title={first ? undefined : formatDateTime(message.created_at)}>
            {message.reply_to !== null && !recalled && <Quote message={message} answered={answered} conversation={conversation} actions={actions} />}
            {recalled ? (
              <span className={styles.recalledText}>
                <Icon name="undo" size={14} />
                <bdi>{t('recalledBy', { name })}</bdi>
              </span>
            ) : (
              <>
                {content.text !== '' && <Said content={content} marked={marked} pictured={pictures.length > 0} onOpenImage={actions.showImage} />}
                <Attachments attachments={(content.attachments ?? []).filter((file) => !pictures.includes(file))} onOpenImage={actions.showImage} />
                <Extras content={content} />
                {translates && side === 'in' && content.text !== '' && (
                  <Suspense>
                    <Translation message={message} />
                  </Suspense>
                )}
                {content.mentions && <Mentioned ids={content.mentions} />}
                {content.mail && (
                  <Suspense>
                    <Letter mail={content.mail} message={message} />
                  </Suspense>
                )}
              </>
            )}
            <Foot message={message} actions={actions} />
          </div>
          {isOurs && !recalled && (
            <Delivery
              state={deliveryOf(message, conversation)}
              reason={message.state_reason}
              onRetry={() => actions.retryDelivery(message)}
            />
          )}
          {channel === 'email' && canRecall(message, me, message.created_at, true) && message.kind === 'outgoing' && (
            <Suspense>
              <UndoSend message={message} onUndo={() => actions.undoSend(message)} />
            </Suspense>
          )}
          <MessageActions message={message} me={me} leaves={channel !== 'web' && channel !== 'mobile'} own={own} actions={actions} />
        </div>
      </div>
    </article>
  );
});

function Said({ content, marked, pictured, onOpenImage }: { content: MessageView['content']; marked: readonly Span[]; pictured: boolean; onOpenImage(id: string): void }) {
  if (content.format === 'markdown') return <Markdown text={content.text} />;
  const plain = <PlainText text={content.text} />;
  if (marked.length === 0 && !pictured) return plain;
  return (
    <Suspense fallback={plain}>
      {pictured ? <PicturedText content={content} onOpenImage={onOpenImage} /> : <MarkedText text={content.text} spans={marked} />}
    </Suspense>
  );
}

function Mentioned({ ids }: { ids: string[] }) {
  const t = useT(messages);
  const { user } = useLookups();
  const names = ids.map((id) => user(id)?.name ?? t('unknownAgent')).join('、');
  return <p className={styles.mentioned}>{t('mentioned', { names })}</p>;
}

function Foot({ message, actions }: { message: MessageView; actions: ThreadActions }) {
  const t = useT(messages);
  const edited = message.edited_at !== null && message.recalled_at === null;
  const ai = message.content.ai === true && message.recalled_at === null;
  if (!edited && !ai) return null;
  return (
    <footer className={styles.foot}>
      {ai && <span className={styles.ai}>{t('aiMark')}</span>}
      {edited && (
        <button type="button" className={styles.edited} onClick={() => actions.showHistory(message)}>
          {t('edited')}
        </button>
      )}
    </footer>
  );
}

function Quote({ message, answered, conversation, actions }: { message: MessageView; answered: MessageView | null; conversation: ConversationView; actions: ThreadActions }) {
  const t = useT(messages);
  const id = message.reply_to ?? '';
  return (
    <button type="button" className={styles.quote} onClick={() => actions.jumpToMessage(id)}>
      {answered === null ? <span>{t('replyMissing')}</span> : <QuoteText message={answered} conversation={conversation} />}
    </button>
  );
}

function QuoteText({ message, conversation }: { message: MessageView; conversation: ConversationView }) {
  const t = useT(messages);
  const name = useAuthorName(message, conversation);
  const text = message.recalled_at !== null ? t('recalled') : message.content.text || `[${message.content.attachments?.[0]?.name ?? ''}]`;
  return (
    <>
      <bdi className={styles.quoteName}>{name}</bdi>
      <span className={styles.quoteText} dir="auto">
        {text}
      </span>
    </>
  );
}
