// The middle pane: one conversation with its head, its history and the composer.
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ConversationView, MessageView } from '@qingniao/shared/api';
import { useSearchParam } from '../../../../app/router';
import { useSession } from '../../../../app/session';
import { useCommands } from '../../../../commands';
import { useT } from '../../../../i18n';
import { useViewing } from '../../../../realtime';
import { EmptyState, ErrorNote, Loading, lazy, toast } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { useSeeMentions } from '../../api/mentions';
import { useOutbox, useOutboxItems } from '../../api/outbox-context';
import { useConversation, useThread } from '../../api/queries';
import { isImage } from '../../api/upload';
import { useCase } from '../../api/use-case';
import { messages } from '../../messages';
import { waitingSeq } from '../../model/assist';
import type { Thread } from '../../model/thread';
import { Composer, type ComposerHandle } from '../composer/Composer';
import { DropZone } from '../composer/DropZone';
import { unmark, useAsked } from '../mood/evidence';
import { Announcer } from './Announcer';
import { Lightbox, Looked, RevisionsDialog, TraceDialog } from './Looked';
import { MessageList, type MessageListHandle } from './MessageList';
import type { ThreadActions } from './RowView';
import { ThreadHeader, useAllowed } from './ThreadHeader';
import { TransferBanner } from './TransferBanner';
import { TypingLine } from './TypingLine';
import styles from './ThreadPane.module.css';

const Assist = lazy(() => import('../assist/Assist').then((module) => ({ default: module.Assist })));
const NextBest = lazy(() => import('../assist/NextBest'));
const HandoffCard = lazy(() => import('./HandoffCard').then((module) => ({ default: module.HandoffCard })));
const PartNote = lazy(() => import('../../../cases/PartNote'));
const TieDialog = lazy(() => import('../../../cases/TieDialog'));
const SplitDialog = lazy(() => import('../../../cases/SplitDialog'));
const Evidence = lazy(() => import('../mood/Evidence'));
const EditDialog = lazy(() => import('./EditDialog').then((module) => ({ default: module.EditDialog })));
const Whispers = lazy(() => import('../../../floor/Whispers'));

export interface ThreadPaneProps {
  id: string;
  contextOpen: boolean;
  onToggleContext(): void;
  onBack(): void;
}

export function ThreadPane({ id, ...rest }: ThreadPaneProps) {
  const t = useT(messages);
  const conversation = useConversation(id);
  const thread = useThread(id);
  useViewing(id);
  useSeeMentions(id);
  const error = conversation.error ?? thread.error;
  if (conversation.data !== undefined && thread.data !== undefined) {
    return <OpenThread key={id} conversation={conversation.data} thread={thread.data} {...rest} />;
  }
  if (error !== null) {
    const retry = (): void => {
      void conversation.refetch();
      void thread.refetch();
    };
    return (
      <div className={styles.middle}>
        <EmptyState icon="alert" title={t('notFound')} text={<ErrorNote error={error} onRetry={retry} />} />
      </div>
    );
  }
  return <Loading />;
}

type Shown =
  | { kind: 'edit' | 'history' | 'trace'; message: MessageView }
  | { kind: 'split'; message: MessageView | null }
  | { kind: 'merge' | 'link'; into?: string }
  | { kind: 'image'; id: string }
  | null;

interface OpenThreadProps extends Omit<ThreadPaneProps, 'id'> {
  conversation: ConversationView;
  thread: Thread;
}

function OpenThread({ conversation, thread: own, contextOpen, onToggleContext, onBack }: OpenThreadProps) {
  const { user } = useSession();
  const outbox = useOutbox();
  const kase = useCase(conversation, own);
  const { thread } = kase;
  const pending = useOutboxItems().filter((item) => item.conversationId === conversation.id || kase.wires.some((wire) => wire.id === item.conversationId));
  const deeds = useConversationActions();
  const [shown, setShown] = useState<Shown>(null);
  const list = useRef<MessageListHandle>(null);
  const composer = useRef<ComposerHandle>(null);
  const may = useAllowed(conversation);
  const failed = useCallback((error: unknown) => toast.error(error instanceof Error ? error.message : String(error)), []);

  const actions = useMemo<ThreadActions>(
    () => ({
      markRead: deeds.markRead,
      reply: (message) => composer.current?.replyTo(message),
      edit: (message) => setShown({ kind: 'edit', message }),
      recall: (message) => void deeds.recall(message).catch(failed),
      undoSend: (message) =>
        void deeds
          .recall(message)
          .then(() => composer.current?.restore(message.content.text))
          .catch(failed),
      retryDelivery: (message) => void deeds.retryDelivery(message).catch(failed),
      showHistory: (message) => setShown({ kind: 'history', message }),
      showTrace: (message) => setShown({ kind: 'trace', message }),
      showImage: (id) => setShown({ kind: 'image', id }),
      ...(may.split ? { split: (message) => setShown({ kind: 'split', message }) } : {}),
      jumpToMessage: (id) => void list.current?.jumpTo((other) => other === id),
      retryPending: (item, force) => outbox.retry(item.id, force),
      dropPending: (item) => outbox.drop(item.id),
    }),
    [deeds, outbox, failed, may.split],
  );

  const asked = useAsked();
  useEffect(() => unmark, []);

  // A search hit names the message to show.
  const [wantedMessage, setWantedMessage] = useSearchParam('message');
  useEffect(() => {
    if (wantedMessage === '') return;
    void list.current?.jumpTo((id) => id === wantedMessage);
    setWantedMessage('');
  }, [wantedMessage, setWantedMessage]);

  const tie = (kind: 'merge' | 'link' | 'split'): void => setShown(kind === 'split' ? { kind, message: null } : { kind });
  useCommands({
    'conversation.firstUnread': () => list.current?.jumpToUnread(),
    'conversation.merge': { run: () => tie('merge'), when: () => may.merge },
    'conversation.link': () => tie('link'),
    'conversation.split': { run: () => tie('split'), when: () => may.split },
  });

  const images = useMemo(
    () =>
      [...thread.items.flatMap((message) => message.content.attachments ?? []), ...pending.flatMap((item) => item.attachments)].filter((one) =>
        isImage(one.media_type),
      ),
    [thread.items, pending],
  );
  const close = (): void => setShown(null);
  const waiting = waitingSeq(conversation, thread.items, user.id);
  const next = may.leads && (may.mine || conversation.owner.kind === 'queue');
  const handedAt = conversation.handoff?.at ?? 0;
  const answered = thread.items.some((m) => m.kind === 'outgoing' && m.author.kind === 'agent' && m.created_at > handedAt);

  return (
    <div className={styles.pane}>
      <ThreadHeader conversation={conversation} contextOpen={contextOpen} onToggleContext={onToggleContext} onBack={onBack} onTie={tie} />
      {conversation.merged_into !== null && (
        <Suspense fallback={null}>
          <PartNote whole={conversation.merged_into} />
        </Suspense>
      )}
      <TransferBanner conversation={conversation} />
      <DropZone onFiles={(files) => composer.current?.addFiles(files)}>
        <Suspense fallback={null}>{conversation.handoff !== null && <HandoffCard handoff={conversation.handoff} answered={answered} />}</Suspense>
        <MessageList
          ref={list}
          conversation={conversation}
          kase={kase}
          pending={pending}
          actions={actions}
          me={user.id}
        />
        <TypingLine conversationId={conversation.id} />
      </DropZone>
      <Suspense fallback={null}>
        {next && (
          <NextBest
            conversation={conversation}
            last={thread.items.at(-1)?.id ?? ''}
            waiting={waiting}
            onInsert={(item) => composer.current?.insert(item)}
            onWrite={() => composer.current?.restore('')}
            onMerge={(into) => setShown({ kind: 'merge', into })}
            onContext={() => {
              if (!contextOpen) onToggleContext();
            }}
          />
        )}
      </Suspense>
      <Suspense fallback={null}>
        {asked === conversation.id && <Evidence items={thread.items} emotion={conversation.mood} onFound={actions.jumpToMessage} />}
        <Whispers conversationId={conversation.id} />
        {waiting > 0 && (
          <Assist key={waiting} conversationId={conversation.id} seq={waiting} onInsert={(item) => composer.current?.insert(item)} />
        )}
      </Suspense>
      <Announcer conversation={conversation} items={thread.items} me={user.id} />
      <Composer ref={composer} conversation={conversation} wires={kase.wires} onSent={() => list.current?.toBottom()} items={thread.items} />
      <Suspense fallback={null}>{shown?.kind === 'edit' && <EditDialog message={shown.message} onClose={close} />}</Suspense>
      <Looked>
        {shown?.kind === 'history' && <RevisionsDialog message={shown.message} onClose={close} />}
        {shown?.kind === 'trace' && <TraceDialog message={shown.message} onClose={close} />}
        {(shown?.kind === 'merge' || shown?.kind === 'link') && <TieDialog kind={shown.kind} into={shown.into} conversation={conversation} onClose={close} />}
        {shown?.kind === 'split' && <SplitDialog conversation={conversation} items={thread.items} from={shown.message} onClose={close} />}
        {shown?.kind === 'image' && <Lightbox images={images} openId={shown.id} onOpen={(id) => setShown({ kind: 'image', id })} onClose={close} />}
      </Looked>
    </div>
  );
}
