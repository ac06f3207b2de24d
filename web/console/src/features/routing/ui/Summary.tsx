// What a policy says, in short: its rules in order, its service levels with their times.
import { useFormat, useT } from '../../../i18n';
import { Badge } from '../../../ui';
import { routingMessages } from '../messages/page';
import type { Policy } from '../model/policy';
import styles from '../RoutingPage.module.css';

export function Summary({ policy }: { policy: Partial<Policy> }) {
  const t = useT(routingMessages);
  const { formatDuration } = useFormat();
  const rules = policy.rules ?? [];
  const levels = Object.entries(policy.sla ?? {});
  const time = (seconds: number): string => formatDuration(seconds * 1_000);
  return (
    <div className={styles.columns}>
      <div>
        <h3>{t('rules')}</h3>
        {rules.length === 0 && <p>{t('noRules')}</p>}
        <ol>
          {rules.map((rule) => (
            <li key={rule.id}>
              {rule.name || rule.id} {rule.off && <Badge>{t('off')}</Badge>}
            </li>
          ))}
        </ol>
      </div>
      <div>
        <h3>{t('levels')}</h3>
        {levels.length === 0 && <p>{t('noLevels')}</p>}
        <ul>
          {levels.map(([key, level]) => (
            <li key={key}>
              {level.name || key} {level.first_response_seconds && <Badge>{t('first', { time: time(level.first_response_seconds) })}</Badge>}{' '}
              {level.next_response_seconds && <Badge>{t('next', { time: time(level.next_response_seconds) })}</Badge>}{' '}
              {level.resolution_seconds && <Badge>{t('resolution', { time: time(level.resolution_seconds) })}</Badge>}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
