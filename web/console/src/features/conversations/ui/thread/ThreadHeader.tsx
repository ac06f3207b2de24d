// The head of a thread: whose it is and in which state, who else looks at it, and what can be done.
import { Suspense, useState, type ReactElement } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { useHasRole, useSession } from '../../../../app/session';
import { keysText, useCommands, type CommandId } from '../../../../commands';
import { formatDay, formatTime, useT } from '../../../../i18n';
import { useViewers } from '../../../../realtime';
import { Avatar, Badge, Button, Icon, IconButton, lazy, Menu, MenuItem, MenuSeparator, toast, Tooltip } from '../../../../ui';
import { useConversationActions, type Deed } from '../../api/actions';
import { messages } from '../../messages';
import { contactName } from '../../model/names';
import { useNow } from '../clock';
import { useLookups } from '../lookups';
import { OwnerChip } from '../OwnerChip';
import { Marks } from '../marks';
import styles from './ThreadPane.module.css';

const TransferDialog = lazy(() => import('../actions/TransferDialog').then((module) => ({ default: module.TransferDialog })));
const SnoozeDialog = lazy(() => import('../actions/SnoozeDialog').then((module) => ({ default: module.SnoozeDialog })));
const LabelsDialog = lazy(() => import('../actions/LabelsDialog').then((module) => ({ default: module.LabelsDialog })));
const FormsDialog = lazy(() => import('../../../forms/FormsDialog').then((module) => ({ default: module.FormsDialog })));
const InviteDialog = lazy(() => import('../actions/InviteDialog').then((module) => ({ default: module.InviteDialog })));

export interface ThreadHeaderProps {
  conversation: ConversationView;
  contextOpen: boolean;
  onToggleContext(): void;
  onBack(): void;
  onTie(kind: 'merge' | 'link' | 'split'): void;
}

/** What this person may do to this conversation now. */
export function useAllowed(c: ConversationView) {
  const me = useSession().user.id;
  const supervises = useHasRole('supervisor');
  const mine = c.owner.kind === 'agent' && c.owner.agent_id === me;
  const others = c.owner.kind === 'agent' && !mine;
  const part = c.merged_into !== null;
  const resolved = c.status === 'resolved';
  const change = !resolved && (!others || supervises);
  const tie = !part && (!others || supervises);
  return {
    merge: tie,
    split: tie && c.split_from === null,
    mine,
    claim: !resolved && c.owner.kind !== 'agent',
    resolve: change,
    reopen: resolved && !part,
    transfer: change,
    snooze: change && c.status !== 'snoozed',
    pend: change && c.status === 'open',
    wake: !resolved && (c.status === 'pending' || c.status === 'snoozed'),
    returnToBot: change && c.owner.kind === 'agent' && c.split_from === null,
    labels: !resolved,
    beside: !resolved && c.participants.includes(me),
    invite: change || (!resolved && c.participants.includes(me)),
    leads: change,
  };
}

export function ThreadHeader({ conversation: c, contextOpen, onToggleContext, onBack, onTie }: ThreadHeaderProps) {
  const t = useT(messages);
  const lookups = useLookups();
  const { act, leave } = useConversationActions();
  const me = useSession().user.id;
  const may = useAllowed(c);
  const [dialog, setDialog] = useState<'transfer' | 'snooze' | 'labels' | 'invite' | 'forms' | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const name = contactName(c.contact, t);
  const inbox = lookups.inbox(c.inbox_id);

  const run = (deed: Deed): void => {
    setBusy(deed.do);
    void act(c.id, deed).finally(() => setBusy(null));
  };
  const leaveIt = () => void leave(c.id, me).catch((error: unknown) => toast.error(error instanceof Error ? error.message : String(error)));
  useCommands({
    'conversation.claim': { run: () => run({ do: 'claim' }), when: () => may.claim },
    'conversation.resolve': { run: () => run({ do: 'resolve' }), when: () => may.resolve },
    'conversation.reopen': { run: () => run({ do: 'reopen' }), when: () => may.reopen },
    'conversation.transfer': { run: () => setDialog('transfer'), when: () => may.transfer },
    'conversation.snooze': { run: () => setDialog('snooze'), when: () => may.snooze },
    'conversation.pend': { run: () => run({ do: 'pend' }), when: () => may.pend },
    'conversation.wake': { run: () => run({ do: 'wake' }), when: () => may.wake },
    'conversation.returnToBot': { run: () => run({ do: 'return-to-bot' }), when: () => may.returnToBot },
    'conversation.labels': { run: () => setDialog('labels'), when: () => may.labels },
    'conversation.invite': { run: () => setDialog('invite'), when: () => may.invite },
    'forms.open': () => setDialog('forms'),
    'conversation.leave': { run: leaveIt, when: () => may.beside },
    'view.context': onToggleContext,
  });

  return (
    <header className={styles.header}>
      <IconButton className={styles.back} icon="arrowLeft" label={t('back')} onClick={onBack} plain />
      <span className={styles.face}>
        <Avatar name={name} seed={c.contact.id} size="md" />
      </span>
      <div className={styles.who}>
        <div className={styles.nameLine}>
          <h2 className={styles.name} dir="auto">
            {name}
          </h2>
          <Viewers conversationId={c.id} />
        </div>
        <div className={styles.state}>
          <StatusBadge conversation={c} />
          {c.status !== 'resolved' && <OwnerChip owner={c.owner} lookups={lookups} />}
          <Marks c={c} all />
          <Beside ids={c.participants} onOpen={() => setDialog('invite')} />
          {inbox !== undefined && <bdi>{inbox.name}</bdi>}
        </div>
      </div>
      <div className={styles.actions}>
        {may.claim && (
          <WithKeys id="conversation.claim" text={t('claimHint')}>
            <Button variant="primary" busy={busy === 'claim'} onClick={() => run({ do: 'claim' })}>
              {t('claim')}
            </Button>
          </WithKeys>
        )}
        {may.transfer && (
          <IconButton icon="transfer" label={`${t('transfer')} ${keysText('conversation.transfer')}`} onClick={() => setDialog('transfer')} />
        )}
        {may.snooze && may.mine && (
          <IconButton icon="snooze" label={`${t('snooze')} ${keysText('conversation.snooze')}`} onClick={() => setDialog('snooze')} />
        )}
        {may.resolve && may.mine && (
          <WithKeys id="conversation.resolve" text={t('resolve')}>
            <Button variant="primary" icon="check" busy={busy === 'resolve'} onClick={() => run({ do: 'resolve' })}>
              {t('resolve')}
            </Button>
          </WithKeys>
        )}
        {may.reopen && (
          <Button icon="undo" busy={busy === 'reopen'} onClick={() => run({ do: 'reopen' })}>
            {t('reopen')}
          </Button>
        )}
        <Menu trigger={<IconButton icon="more" label={t('moreActions')} plain />}>
          {may.labels && (
            <Item id="conversation.labels" icon="tag" onSelect={() => setDialog('labels')}>
              {t('labels')}
            </Item>
          )}
          {may.invite && (
            <Item id="conversation.invite" icon="people" onSelect={() => setDialog('invite')}>
              {t('invite')}
            </Item>
          )}
          <Item id="forms.open" icon="edit" onSelect={() => setDialog('forms')}>
            {t('fillForm')}
          </Item>
          {may.beside && (
            <Item id="conversation.leave" icon="signOut" onSelect={leaveIt}>
              {t('leaveIt')}
            </Item>
          )}
          {may.wake && (
            <Item id="conversation.wake" icon="play" onSelect={() => run({ do: 'wake' })}>
              {t('wake')}
            </Item>
          )}
          {may.pend && (
            <Item id="conversation.pend" icon="pause" onSelect={() => run({ do: 'pend' })}>
              {t('pend')}
            </Item>
          )}
          {may.snooze && !may.mine && (
            <Item id="conversation.snooze" icon="snooze" onSelect={() => setDialog('snooze')}>
              {t('snooze')}
            </Item>
          )}
          {may.returnToBot && (
            <Item id="conversation.returnToBot" icon="bot" onSelect={() => run({ do: 'return-to-bot' })}>
              {t('returnToBot')}
            </Item>
          )}
          <MenuSeparator />
          {may.merge && (
            <Item id="conversation.merge" icon="merge" onSelect={() => onTie('merge')}>
              {t('mergeInto')}
            </Item>
          )}
          {may.split && (
            <Item id="conversation.split" icon="split" onSelect={() => onTie('split')}>
              {t('split')}
            </Item>
          )}
          <Item id="conversation.link" icon="link" onSelect={() => onTie('link')}>
            {t('linkTo')}
          </Item>
          {may.resolve && !may.mine && (
            <>
              <MenuSeparator />
              <Item id="conversation.resolve" icon="check" onSelect={() => run({ do: 'resolve' })}>
                {t('resolve')}
              </Item>
            </>
          )}
          {may.reopen && (
            <Item id="conversation.reopen" icon="undo" onSelect={() => run({ do: 'reopen' })}>
              {t('reopen')}
            </Item>
          )}
        </Menu>
        <IconButton icon="panelRight" label={`${t('showContext')} ${keysText('view.context')}`} active={contextOpen} aria-pressed={contextOpen} onClick={onToggleContext} />
      </div>
      <Suspense fallback={null}>
        {dialog === 'transfer' && <TransferDialog conversation={c} onClose={() => setDialog(null)} />}
        {dialog === 'snooze' && <SnoozeDialog conversationId={c.id} onClose={() => setDialog(null)} />}
        {dialog === 'labels' && <LabelsDialog conversation={c} onClose={() => setDialog(null)} />}
        {dialog === 'forms' && <FormsDialog conversationId={c.id} onClose={() => setDialog(null)} />}
        {dialog === 'invite' && <InviteDialog conversation={c} leads={may.leads} onClose={() => setDialog(null)} />}
      </Suspense>
    </header>
  );
}

function WithKeys({ id, text, children }: { id: CommandId; text: string; children: ReactElement<Record<string, unknown>> }) {
  return (
    <Tooltip text={text} keys={keysText(id)}>
      {children}
    </Tooltip>
  );
}

function Item({ id, ...rest }: { id: CommandId } & Parameters<typeof MenuItem>[0]) {
  const keys = keysText(id);
  return <MenuItem {...rest} {...(keys === '' ? {} : { keys })} />;
}

/** Who answers beside the owner. */
function Beside({ ids, onOpen }: { ids: string[]; onOpen(): void }) {
  const t = useT(messages);
  const { user } = useLookups();
  if (ids.length === 0) return null;
  const names = ids.map((id) => user(id)?.name ?? t('unknownAgent')).join('、');
  return (
    <button type="button" className={styles.beside} title={t('besides', { names })} aria-label={t('besides', { names })} onClick={onOpen}>
      <Icon name="people" size={13} />
      <span dir="auto">{names}</span>
    </button>
  );
}

function StatusBadge({ conversation: c }: { conversation: ConversationView }) {
  const t = useT(messages);
  const now = useNow();
  if (c.status === 'snoozed') {
    const until = c.snoozed_until ?? 0;
    return (
      <Badge tone="info" icon="snooze">
        {t('snoozedUntil', { time: `${formatDay(until, now)} ${formatTime(until)}` })}
      </Badge>
    );
  }
  if (c.status === 'pending') return <Badge tone="info">{t('statusPending')}</Badge>;
  if (c.status === 'resolved' && c.merged_into === null) return <Badge tone="success" icon="check">{t('statusResolved')}</Badge>;
  return null;
}

function Viewers({ conversationId }: { conversationId: string }) {
  const t = useT(messages);
  const me = useSession().user.id;
  const others = useViewers(conversationId).filter((viewer) => viewer.id !== me);
  if (others.length === 0) return null;
  const names = others.map((viewer) => (viewer.typing ? t('colleagueTyping', { name: viewer.name }) : viewer.name)).join('、');
  return (
    <span className={styles.viewers} role="img" aria-label={t('viewers', { names })} title={t('viewers', { names })}>
      {others.slice(0, 4).map((viewer) => (
        <span key={viewer.id} className={styles.viewer}>
          <Avatar name={viewer.name} seed={viewer.id} size="xs" />
          {viewer.typing && (
            <span className={styles.pen}>
              <Icon name="edit" size={10} />
            </span>
          )}
        </span>
      ))}
    </span>
  );
}
