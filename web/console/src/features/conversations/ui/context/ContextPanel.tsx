// The right pane: who the customer is and what is known around this conversation. Sections fold and stay folded.
import type { ConversationView } from '@qingniao/shared/api';
import { useHasRole } from '../../../../app/session';
import { useT } from '../../../../i18n';
import { IconButton, lazy } from '../../../../ui';
import { messages } from '../../messages';
import { markMessages } from '../marks/messages';
import { ContactCard } from './ContactCard';
import { ConversationFacts } from './ConversationFacts';
import { Fold } from './Fold';
import styles from './Context.module.css';

const Assignments = lazy(() => import('./Assignments').then((module) => ({ default: module.Assignments })));
const Attributes = lazy(() => import('./Attributes').then((module) => ({ default: module.Attributes })));
const OrdersCard = lazy(() => import('../../../orders/OrdersCard'));
const Timeline = lazy(() => import('./Timeline'));
const PagesVisited = lazy(() => import('./PagesVisited').then((module) => ({ default: module.PagesVisited })));
const MoodCard = lazy(() => import('./MoodCard'));
const SummaryCard = lazy(() => import('./SummaryCard').then((module) => ({ default: module.SummaryCard })));
const ConversationFlows = lazy(() => import('../../../approvals/ConversationFlows').then((module) => ({ default: module.ConversationFlows })));
const ConversationTickets = lazy(() => import('../../../tickets/ConversationTickets').then((module) => ({ default: module.ConversationTickets })));
const WrapUpList = lazy(() => import('../../../wrapup/WrapUpList'));
const ReviewCard = lazy(() => import('../../../quality/ReviewCard'));
const TiesCard = lazy(() => import('../../../cases/TiesCard'));
const PersonPanel = lazy(() => import('../../../persons/PersonPanel').then((module) => ({ default: module.PersonPanel })));

export interface ContextPanelProps {
  conversation: ConversationView;
  onClose(): void;
  onOpen(id: string): void;
}

export function ContextPanel({ conversation, onClose, onOpen }: ContextPanelProps) {
  const t = useT(messages);
  const mark = useT(markMessages);
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
        <Fold id="orders" title={t('orders')}>
          <OrdersCard contactId={contactId} />
        </Fold>
        <Fold id="ties" title={t('ties')}>
          <TiesCard conversation={conversation} />
        </Fold>
        <Fold id="mood" title={t('mood')}>
          <MoodCard conversationId={conversation.id} seq={conversation.last_seq} />
        </Fold>
        <Fold id="flows" title={t('flows')}>
          <ConversationFlows conversationId={conversation.id} seq={conversation.last_seq} />
        </Fold>
        <Fold id="tickets" title={t('tickets')}>
          <ConversationTickets conversationId={conversation.id} seq={conversation.last_seq} />
        </Fold>
        <Fold id="wrapups" title={t('wrapUps')}>
          <WrapUpList conversation={conversation} />
        </Fold>
        <Fold id="identities" title={t('identities')}>
          <PersonPanel contactId={contactId} />
        </Fold>
        <Fold id="attributes" title={t('attributes')}>
          <Attributes contactId={contactId} />
        </Fold>
        <Fold id="pages" title={t('pages')}>
          <PagesVisited contactId={contactId} page={conversation.page} />
        </Fold>
        <Fold id="earlier" title={t('earlier')}>
          <Timeline contactId={contactId} current={conversation} onOpen={onOpen} />
        </Fold>
        {supervises && (
          <>
            <Fold id="review" title={mark('review')}>
              <ReviewCard conversationId={conversation.id} />
            </Fold>
            <Fold id="assignments" title={t('assignments')} startsFolded>
              <Assignments conversation={conversation} />
            </Fold>
          </>
        )}
      </div>
    </>
  );
}
