// How a channel fares: counts, the last good moment each way, the last error, and a test.
import type { ChannelTestView } from '@qingniao/shared/api';
import { Fragment } from 'react';
import { useFormat, useT } from '../../../i18n';
import { Badge, Button, ErrorNote, Loading, Section } from '../../../ui';
import { useChannelTest, useHealth } from '../api';
import { inboxMessages } from '../messages';
import styles from './HealthCard.module.css';
import { RetryStuck } from './Stuck';

const SIDES: Record<string, 'errorIn' | 'errorOut' | 'errorToken' | 'errorPull' | 'errorStream' | 'errorMedia'> = {
  in: 'errorIn',
  out: 'errorOut',
  token: 'errorToken',
  pull: 'errorPull',
  stream: 'errorStream',
  media: 'errorMedia',
};

const TEST_TONES: Record<ChannelTestView['outcome'], 'success' | 'warning' | 'danger' | 'neutral'> = {
  works: 'success',
  partly: 'warning',
  fails: 'danger',
  untestable: 'neutral',
};

export function HealthCard({ inboxId }: { inboxId: string }) {
  const t = useT(inboxMessages);
  const { formatDateTime, formatNumber } = useFormat();
  const health = useHealth(inboxId);
  const test = useChannelTest(inboxId);
  const at = (time: number | null) => (time === null ? t('never') : formatDateTime(time));
  const button = (
    <Button icon="bolt" busy={test.isPending} onClick={() => test.mutate()}>
      {t('healthTest')}
    </Button>
  );
  const data = health.data;
  return (
    <Section title={t('health')} description={t('healthText')} actions={button}>
      {health.isPending && <Loading />}
      {health.error && <ErrorNote error={health.error} onRetry={() => void health.refetch()} />}
      {test.error && <ErrorNote error={test.error} />}
      {test.data && (
        <p role="status" className={styles.test}>
          <Badge tone={TEST_TONES[test.data.outcome]}>
            {test.data.outcome === 'works' && t('healthWorks')}
            {test.data.outcome === 'untestable' && t('healthUntestable')}
            {test.data.outcome === 'partly' && t('healthPartly')}
            {test.data.outcome === 'fails' && (test.data.reason_text ?? test.data.reason)}
          </Badge>
          {test.data.outcome === 'partly' && ` ${test.data.reason_text ?? test.data.reason ?? ''}`}
        </p>
      )}
      {data && (
        <>
          <dl className={styles.counts}>
            {(
              [
                ['received', data.received],
                ['refusedCalls', data.refused],
                ['sentOut', data.sent],
                ['failedOut', data.failed],
                ['waiting', data.waiting],
                ['stuck', data.stuck],
              ] as const
            ).map(([name, count]) => (
              <div key={name}>
                <dt>{t(name)}</dt>
                <dd>{formatNumber(count)}</dd>
              </div>
            ))}
          </dl>
          <dl className={styles.moments}>
            <dt>{t('lastReceived')}</dt>
            <dd>{at(data.last_received_at)}</dd>
            <dt>{t('lastSent')}</dt>
            <dd>{at(data.last_sent_at)}</dd>
            {data.errors.length === 0 && (
              <>
                <dt>{t('lastError')}</dt>
                <dd>{t('noErrors')}</dd>
              </>
            )}
            {data.errors.map((error) => (
              <Fragment key={error.side}>
                <dt>{t(SIDES[error.side] ?? 'lastError')}</dt>
                <dd>
                  {error.text} <span className={styles.quiet}>({at(error.at)})</span>
                </dd>
              </Fragment>
            ))}
          </dl>
          {data.stuck > 0 && <RetryStuck inboxId={inboxId} />}
        </>
      )}
    </Section>
  );
}
