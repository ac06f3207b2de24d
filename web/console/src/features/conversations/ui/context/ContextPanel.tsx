// The right pane: who the customer is and what is known around this conversation. Sections fold and stay folded.
import { Suspense, lazy } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { useHasRole } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { IconButton, Spinner } from '../../../../ui';
import { messages } from '../../messages';
import { Assignments } from './Assignments';
import { Attributes } from './Attributes';
import { ContactCard } from './ContactCard';
import { ConversationFacts } from './ConversationFacts';
import { Earlier } from './Earlier';
import { Fold } from './Fold';
import { PagesVisited } from './PagesVisited';
import { SummaryCard } from './SummaryCard';
import styles from './Context.module.css';

const ConversationFlows = lazy(() => import('../../../approvals/ConversationFlows').then((module) => ({ default: module.ConversationFlows })));

const PersonPanel = lazy(() => import('../../../persons/PersonPanel').then((module) => ({ default: module.PersonPanel })));

export interface ContextPanelProps {
  conversation: ConversationView;
  onClose(): void;
  onOpen(id: string): void;
}

export function ContextPanel({ conversation, onClose, onOpen }: ContextPanelProps) {
  const t = useT(messages);
  const supervises = useHasRole('supervisor');
  const contactId = conversation.contact.id;
  return (
    <>
      <header className={styles.header}>
        <h2 className={styles.title}>{t('contextPane')}</h2>
        <IconButton icon="close" label={t('close')} onClick={onClose} plain />
      </header>
      <div className={styles.scroll} key={conversation.id}>
        <ContactCard conversation={conversation} />
        <Fold id="summary" title={t('summary')} startsFolded>
          <SummaryCard conversationId={conversation.id} />
        </Fold>
        <Fold id="conversation" title={t('conversationInfo')}>
          <ConversationFacts conversation={conversation} />
        </Fold>
        <Fold id="flows" title={t('flows')}>
          <Suspense fallback={<Spinner />}>
            <ConversationFlows conversationId={conversation.id} seq={conversation.last_seq} />
          </Suspense>
        </Fold>
        <Fold id="identities" title={t('identities')}>
          <Suspense fallback={<Spinner />}>
            <PersonPanel contactId={contactId} />
          </Suspense>
        </Fold>
        <Fold id="attributes" title={t('attributes')}>
          <Attributes contactId={contactId} />
        </Fold>
        <Fold id="pages" title={t('pages')}>
          <PagesVisited contactId={contactId} page={conversation.page} />
        </Fold>
        <Fold id="earlier" title={t('earlier')}>
          <Earlier contactId={contactId} currentId={conversation.id} onOpen={onOpen} />
        </Fold>
        {supervises && (
          <Fold id="assignments" title={t('assignments')} startsFolded>
            <Assignments conversation={conversation} />
          </Fold>
        )}
      </div>
    </>
  );
}
