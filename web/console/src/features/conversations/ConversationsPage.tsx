// The page an agent lives on: list, thread, context.
import { Suspense, useCallback, useEffect, useState } from 'react';
import { navigate } from '../../app/router';
import { usePageTitle } from '../../app/title';
import { useT } from '../../i18n';
import { EmptyState, Loading, lazy } from '../../ui';
import { useConversation } from './api/queries';
import { messages } from './messages';
import { contactName } from './model/names';
import { prune } from './model/drafts';
import { ListPane } from './ui/list/ListPane';
import { Panes } from './ui/panes/Panes';
import { ThreadPane } from './ui/thread/ThreadPane';
import styles from './ui/thread/ThreadPane.module.css';

/** Beside the thread, and not needed for its first sight. */
const ContextPanel = lazy(() => import('./ui/context/ContextPanel').then((module) => ({ default: module.ContextPanel })));

const CONTEXT_KEY = 'qn.context.open';

export function ConversationsPage({ params }: { params: Record<string, string> }) {
  const t = useT(messages);
  const id = params.id ?? null;
  const open = useCallback((next: string) => navigate(`/conversations/${next}`), []);
  const back = useCallback(() => navigate('/'), []);
  const { data: conversation } = useConversation(id);
  const [contextOpen, setContextOpen] = useContextOpen();
  usePageTitle(conversation === undefined ? t('title') : contactName(conversation.contact, t));
  useEffect(() => prune(), []);

  return (
    <>
      <h1 className="visually-hidden">{conversation === undefined ? t('title') : contactName(conversation.contact, t)}</h1>
      <Panes
        narrow={id === null ? 'list' : 'thread'}
        contextOpen={contextOpen}
        onCloseContext={() => setContextOpen(false)}
        list={<ListPane selectedId={id} onOpen={open} />}
        thread={
          id === null ? (
            <div className={styles.middle}>
              <EmptyState icon="chat" title={t('pickTitle')} text={t('pickText')} />
            </div>
          ) : (
            <ThreadPane id={id} contextOpen={contextOpen} onToggleContext={() => setContextOpen(!contextOpen)} onBack={back} />
          )
        }
        context={
          conversation === undefined ? null : (
            <Suspense fallback={<Loading />}>
              <ContextPanel conversation={conversation} onClose={() => setContextOpen(false)} onOpen={open} />
            </Suspense>
          )
        }
      />
    </>
  );
}

/** On a wide screen the pane is open unless closed by hand; on a narrow one it is a drawer and starts closed. */
function useContextOpen(): [boolean, (open: boolean) => void] {
  const [isOpen, setIsOpen] = useState(() => {
    const wide = window.matchMedia('(min-width: 1200px)').matches;
    return wide && localStorage.getItem(CONTEXT_KEY) !== 'no';
  });
  const set = useCallback((open: boolean) => {
    if (window.matchMedia('(min-width: 1024px)').matches) localStorage.setItem(CONTEXT_KEY, open ? 'yes' : 'no');
    setIsOpen(open);
  }, []);
  return [isOpen, set];
}
