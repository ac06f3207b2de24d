import type { ConversationView, Priority } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../../i18n';
import { Badge, Icon, Select } from '../../../../ui';
import { useConversationActions } from '../../api/actions';
import { messages } from '../../messages';
import { useLookups } from '../lookups';
import { markMessages } from '../marks/messages';
import { OwnerChip } from '../OwnerChip';
import styles from './Context.module.css';

const PRIORITIES: readonly Priority[] = ['urgent', 'high', 'normal', 'low'];

export function ConversationFacts({ conversation: c }: { conversation: ConversationView }) {
  const t = useT(messages);
  const mark = useT(markMessages);
  const { act } = useConversationActions();
  const { formatDateTime } = useFormat();
  const lookups = useLookups();
  const inbox = lookups.inbox(c.inbox_id);
  return (
    <dl className={styles.facts}>
      <dt>{t('owner')}</dt>
      <dd>
        <OwnerChip owner={c.owner} lookups={lookups} />
      </dd>
      {inbox !== undefined && (
        <>
          <dt>{t('inbox')}</dt>
          <dd>
            <bdi>{inbox.name}</bdi>
          </dd>
        </>
      )}
      <dt>{t('created')}</dt>
      <dd>{formatDateTime(c.created_at)}</dd>
      <dt>{mark('priority')}</dt>
      <dd>
        <Select<Priority>
          size="sm"
          label={mark('priority')}
          value={c.priority}
          disabled={c.status === 'resolved'}
          onChange={(priority) => void act(c.id, { do: 'priority', priority })}
          options={PRIORITIES.map((value) => ({ value, label: mark(`priority_${value}`) }))}
        />
      </dd>
      {c.labels.length > 0 && (
        <>
          <dt>{t('labels')}</dt>
          <dd className={styles.labels}>
            {c.labels.map((label) => (
              <Badge key={label}>
                <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
                  <circle cx="4" cy="4" r="4" fill={lookups.label(label)?.color ?? 'currentColor'} />
                </svg>
                <bdi>{label}</bdi>
              </Badge>
            ))}
          </dd>
        </>
      )}
      <dt>{t('csat')}</dt>
      <dd>
        {c.csat === null ? (
          <span className={styles.none}>{t('noCsat')}</span>
        ) : (
          <>
            <span className={styles.stars}>
              {[1, 2, 3, 4, 5].map((n) => (
                <Icon key={n} name="star" size={14} className={n <= (c.csat?.score ?? 0) ? (styles.starOn ?? '') : (styles.starOff ?? '')} />
              ))}
              <span>{t('csatScore', { score: c.csat.score })}</span>
            </span>
            {c.csat.comment !== '' && <p dir="auto">{c.csat.comment}</p>}
          </>
        )}
      </dd>
    </dl>
  );
}
