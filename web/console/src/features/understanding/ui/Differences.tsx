import { useState } from 'react';
import type { IntentModelView, TrialDifference, TrialOutcome } from '@qingniao/shared/api';
import { Link } from '../../../app/router';
import { flatten } from '../../../api';
import { useFormat, useT } from '../../../i18n';
import { Badge, ErrorNote, Loading, LoadMore, Section, Select, type Tone } from '../../../ui';
import { useDifferences } from '../api';
import { rolloutMessages } from '../rollout-messages';
import { Sides } from './Sides';
import styles from './Differences.module.css';

const SHOWN: readonly TrialOutcome[] = ['other', 'gained', 'lost', 'alike'];
export const OUTCOME_TONE: Record<TrialOutcome, Tone> = { same: 'neutral', alike: 'neutral', other: 'warning', gained: 'success', lost: 'danger' };

/** Real questions that the version on trial does not understand as the live one does. */
export function Differences({ model }: { model: IntentModelView }) {
  const t = useT(rolloutMessages);
  const [outcome, setOutcome] = useState<TrialOutcome | 'all'>('all');
  const found = useDifferences(model.id, outcome === 'all' ? null : outcome);
  const rows = flatten<TrialDifference>(found.data);
  return (
    <Section
      title={t('differences')}
      description={t('differencesText')}
      actions={
        <Select
          size="sm"
          label={t('byOutcome')}
          value={outcome}
          onChange={setOutcome}
          options={[{ value: 'all' as const, label: t('all') }, ...SHOWN.map((value) => ({ value, label: t(`outcome_${value}`) }))]}
        />
      }
    >
      {found.isPending && <Loading />}
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && rows.length === 0 && <p className={styles.quiet}>{t('noDifferences')}</p>}
      <ul className={styles.rows}>
        {rows.map((row) => (
          <Difference key={row.message_id} row={row} />
        ))}
      </ul>
      <LoadMore hasMore={found.hasNextPage} busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()} />
    </Section>
  );
}

function Difference({ row }: { row: TrialDifference }) {
  const t = useT(rolloutMessages);
  const { formatRelative } = useFormat();
  const when = formatRelative(row.at, Date.now());
  return (
    <li className={styles.row}>
      <div className={styles.asked}>
        <p lang={row.language} className={styles.text}>
          {t('said', { text: row.text })}
        </p>
        <Badge tone={OUTCOME_TONE[row.outcome]}>{t(`outcome_${row.outcome}`)}</Badge>
        <Link to={`/conversations/${row.conversation_id}`} className={styles.when} aria-label={t('openConversation', { at: when })}>
          {when}
        </Link>
      </div>
      <Sides
        sides={[
          { label: t('liveSays'), note: row.spoke === 'live' ? t('wasSaid') : '', said: row.live },
          { label: t('trialSays'), note: row.spoke === 'trial' ? t('wasSaid') : '', said: row.trial },
        ]}
      />
    </li>
  );
}

