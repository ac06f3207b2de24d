// What the customer agreed to or took back, the newest first; nothing where they were never asked.
import { useFormat, useT } from '../../i18n';
import { Badge } from '../../ui';
import { useLookups } from '../conversations/ui/lookups';
import { useConsents } from './api';
import { consentMessages } from './consentMessages';
import styles from './Person.module.css';

export function Consents({ contactId }: { contactId: string }) {
  const t = useT(consentMessages);
  const { inbox } = useLookups();
  const { formatDateTime } = useFormat();
  const said = useConsents(contactId).data ?? [];
  if (said.length === 0) return null;
  return (
    <section aria-label={t('title')} className={styles.part}>
      <h3 className={styles.caption}>{t('title')}</h3>
      <ul className={styles.identities}>
        {said.map((one) => (
          <li key={`${one.at}-${one.given}`}>
            <span className={styles.words}>
              <span>{t('device')}</span>
              <span className={styles.quiet}>
                <bdi>{inbox(one.inbox_id)?.name ?? one.inbox_id}</bdi> · {formatDateTime(one.at)}
              </span>
              {one.notice !== '' && <bdi className={styles.quiet}>{t('notice', { notice: one.notice })}</bdi>}
            </span>
            <Badge tone={one.given ? 'success' : 'neutral'}>{t(one.given ? 'given' : 'withheld')}</Badge>
          </li>
        ))}
      </ul>
    </section>
  );
}
