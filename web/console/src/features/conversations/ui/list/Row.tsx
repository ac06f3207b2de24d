// One conversation in the list: who, what last, how long ago, whose, and how long they have waited.
import { memo, type MouseEvent } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { useTypists } from '../../../../realtime';
import { Avatar, Badge, Count, Icon, cx } from '../../../../ui';
import { messages } from '../../messages';
import { contactName } from '../../model/names';
import { ChannelMark } from '../channel/ChannelMark';
import { Ago, useWaited } from '../clock';
import type { Lookups } from '../lookups';
import { OwnerChip } from '../OwnerChip';
import { Marks } from '../marks';
import styles from './ConversationRows.module.css';

export interface RowProps {
  conversation: ConversationView;
  me: string;
  lookups: Lookups;
  selected: boolean;
  tabStop: boolean;
  showOwner: boolean;
  /** What is half written there; null when nothing is, or it is on the screen. */
  draft: string | null;
  position: number;
  /** -1 while there are more on the server. */
  total: number;
  onFocus(): void;
  mentioned: boolean;
  /** Null while a click opens. */
  ticked: boolean | null;
  onClick(event: MouseEvent): void;
}

export const Row = memo(
  function Row({ conversation: c, me, lookups, selected, tabStop, showOwner, draft, position, total, onFocus, mentioned, ticked, onClick }: RowProps) {
    const t = useT(messages);
    const name = contactName(c.contact, t);
    const inbox = lookups.inbox(c.inbox_id);
    const unread = c.owner.kind === 'agent' && c.status !== 'resolved' ? c.unread : 0;
    const typing = useTypists(c.id).some((typist) => typist.kind === 'contact');
    const oursLast = c.last_text !== '' && c.waiting_since === null && c.status !== 'resolved' && c.owner.kind === 'agent' && c.owner.agent_id === me;
    return (
      <div
        id={`row-${c.id}`}
        role="option"
        aria-selected={ticked ?? selected}
        aria-current={ticked !== null && selected ? 'true' : undefined}
        aria-posinset={position}
        aria-setsize={total}
        tabIndex={tabStop ? 0 : -1}
        className={cx(styles.row, selected && styles.selected, unread > 0 && styles.hasUnread)}
        onFocus={onFocus}
        onClick={onClick}
      >
        <span className={styles.avatar}>
          {ticked === null ? <Avatar name={name} seed={c.contact.id} size="md" /> : <Tick on={ticked} />}
          <span className={styles.channel} title={inbox?.name}>
            <ChannelMark channel={inbox?.channel} name={inbox?.name ?? ''} />
          </span>
        </span>
        <span className={styles.first}>
          <span className={styles.name} dir="auto">
            {name}
          </span>
          <Ago at={c.last_message_at} className={styles.time} />
        </span>
        <span className={styles.second}>
          {typing ? (
            <span className={styles.typing}>
              {t('typing')}
              <Dots />
            </span>
          ) : (
            <span className={styles.text} dir="auto">
              {draft !== null && <span className={styles.draft}>[{t('draft')}] </span>}
              {draft === null && oursLast && <span className={styles.prefix}>{t('youPrefix')}</span>}
              {draft ?? c.last_text}
            </span>
          )}
          {unread > 0 && (
            <span className={styles.unread}>
              <span className="visually-hidden">{t('unread', { n: unread })}</span>
              <span aria-hidden="true">
                <Count value={unread} tone="danger" />
              </span>
            </span>
          )}
        </span>
        <span className={styles.third}>
          {mentioned && (
            <Badge tone="warning">
              <span className="visually-hidden">{t('mentionsYou')}</span>
              <span aria-hidden="true">@</span>
            </Badge>
          )}
          {(showOwner || c.owner.kind !== 'agent') && <OwnerChip owner={c.owner} lookups={lookups} />}
          {c.status === 'pending' && <Badge tone="info">{t('statusPending')}</Badge>}
          {c.status === 'snoozed' && <Badge tone="neutral" icon="snooze">{t('statusSnoozed')}</Badge>}
          {c.transfer?.to === me && (
            <Badge tone="warning" icon="transfer">
              {t('transfer')}
            </Badge>
          )}
          <Marks c={c} />
          {c.labels.slice(0, 2).map((label) => (
            <LabelDot key={label} name={label} color={lookups.label(label)?.color} />
          ))}
          {c.waiting_since !== null && c.owner.kind !== 'bot' && c.status === 'open' && <Waiting since={c.waiting_since} />}
        </span>
      </div>
    );
  },
  (a, b) =>
    a.conversation === b.conversation &&
    a.selected === b.selected &&
    a.tabStop === b.tabStop &&
    a.showOwner === b.showOwner &&
    a.draft === b.draft &&
    a.lookups === b.lookups &&
    a.position === b.position &&
    a.total === b.total &&
    a.ticked === b.ticked &&
    a.mentioned === b.mentioned,
);

function Tick({ on }: { on: boolean }) {
  return <span className={cx(styles.tick, on && styles.ticked)}>{on && <Icon name="check" size={15} />}</span>;
}

export function Dots() {
  return (
    <span className={styles.dots} aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}

const LONG_MS = 5 * 60_000;

function Waiting({ since }: { since: number }) {
  const t = useT(messages);
  const waited = useWaited(since);
  const long = Date.now() - since > LONG_MS;
  return (
    <span className={cx(styles.waiting, long && styles.long)} title={t('waitingFor', { time: waited })}>
      <Icon name="clock" size={12} />
      <span className="visually-hidden">{t('waitingFor', { time: waited })}</span>
      <span aria-hidden="true">{waited}</span>
    </span>
  );
}

function LabelDot({ name, color }: { name: string; color: string | undefined }) {
  return (
    <span className={styles.label} dir="auto">
      <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
        <circle cx="4" cy="4" r="4" fill={color ?? 'currentColor'} />
      </svg>
      {name}
    </span>
  );
}
