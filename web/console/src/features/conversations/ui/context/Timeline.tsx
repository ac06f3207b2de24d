// What one person said over all channels, newest first: by which channel, about what, how they felt and what came of it. Each unfolds in place.
import { Suspense, useState } from 'react';
import type { ConversationView, Emotion, TimelineItem } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../../i18n';
import { Badge, Button, cx, ErrorNote, Icon, lazy, Loading, LoadMore } from '../../../../ui';
import { useTimeline } from '../../api/timeline';
import { messages } from '../../messages';
import { moodMessages } from '../../messages/mood';
import { timelineMessages } from '../../messages/timeline';
import { ChannelMark } from '../channel/ChannelMark';
import { useLookups } from '../lookups';
import styles from './Timeline.module.css';

const PlainThread = lazy(() => import('../thread/PlainThread').then((module) => ({ default: module.PlainThread })));

interface Props {
  contactId: string;
  current: ConversationView;
  onOpen(id: string): void;
}

export default function Timeline({ contactId, current, onOpen }: Props) {
  const t = useT(timelineMessages);
  const pages = useTimeline(contactId);
  if (pages.error) return <ErrorNote error={pages.error} onRetry={() => void pages.refetch()} />;
  if (!pages.data) return <Loading />;
  const items = pages.data.pages.flatMap((page) => page.items);
  return (
    <>
      {items.length === 1 && <p className={styles.none}>{t('first')}</p>}
      <ol className={styles.line} aria-label={t('label')}>
        {items.map((item) => (
          <Entry key={item.conversation.id} item={item} here={item.conversation.id === current.id} onOpen={onOpen} />
        ))}
      </ol>
      <LoadMore hasMore={pages.hasNextPage} busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()} />
    </>
  );
}

function Entry({ item, here, onOpen }: { item: TimelineItem; here: boolean; onOpen(id: string): void }) {
  const t = useT(timelineMessages);
  const mood = useT(moodMessages);
  const { formatDateTime } = useFormat();
  const [open, setOpen] = useState(false);
  const { conversation: c } = item;
  const inbox = useLookups().inbox(c.inbox_id);
  const about = item.subject || c.last_text || t('nothing');
  const felt = c.mood === null || c.mood === 'neutral' ? null : (c.mood as Emotion);
  return (
    <li className={cx(styles.entry, here && styles.here)}>
      <span className={styles.mark}>
        <ChannelMark channel={inbox?.channel} name={inbox?.name ?? ''} />
      </span>
      <p className={styles.head}>
        <bdi>{inbox?.name}</bdi>
        <time dateTime={new Date(c.created_at).toISOString()}>{formatDateTime(c.created_at)}</time>
      </p>
      {here ? (
        <p className={styles.about} dir="auto">
          {about}
        </p>
      ) : (
        <button type="button" className={styles.about} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'chevronDown' : 'chevronRight'} size={14} />
          <span dir="auto">{about}</span>
        </button>
      )}
      <p className={styles.foot}>
        {here && <Badge tone="info">{t('here')}</Badge>}
        {c.intent !== null && <Badge tone="neutral" icon="tag">{c.intent}</Badge>}
        {felt !== null && <Badge tone={felt === 'joy' ? 'success' : 'warning'}>{mood(`emotion_${felt}`)}</Badge>}
        <Result conversation={c} />
      </p>
      {open && (
        <div className={styles.thread}>
          <Suspense fallback={<Loading />}>
            <PlainThread id={c.id} customer={t('customer')} bot={t('bot')} className={styles.words} />
          </Suspense>
          <Button size="sm" variant="ghost" icon="arrowRight" onClick={() => onOpen(c.id)}>
            {t('open')}
          </Button>
        </div>
      )}
    </li>
  );
}

/** What came of it, and how it was rated. */
function Result({ conversation: c }: { conversation: ConversationView }) {
  const t = useT(timelineMessages);
  const all = useT(messages);
  const { user } = useLookups();
  const by = c.owner.kind === 'agent' ? user(c.owner.agent_id)?.name : undefined;
  return (
    <>
      {c.status === 'resolved' ? (
        <Badge tone="success" icon="check">
          {c.merged_into !== null ? t('merged') : by !== undefined ? t('by', { name: by }) : c.owner.kind === 'bot' ? t('byBot') : t('left')}
        </Badge>
      ) : (
        <Badge tone="info">{all(c.status === 'open' ? 'statusOpen' : c.status === 'pending' ? 'statusPending' : 'statusSnoozed')}</Badge>
      )}
      {c.csat !== null && <Badge tone={c.csat.score >= 4 ? 'success' : 'warning'} icon="star">{t('rated', { score: c.csat.score })}</Badge>}
    </>
  );
}
