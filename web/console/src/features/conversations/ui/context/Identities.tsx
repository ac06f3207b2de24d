// By which accounts of which channels the customer is known, and how well each is proved.
import type { Evidence } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Badge, Icon, Loading, type Tone } from '../../../../ui';
import { useContact } from '../../api/queries';
import { messages } from '../../messages';
import { useLookups } from '../lookups';
import styles from './Context.module.css';

const TONES: Record<Evidence, Tone> = { anonymous: 'neutral', claimed: 'warning', channel: 'info', verified: 'success' };

export function Identities({ contactId }: { contactId: string }) {
  const t = useT(messages);
  const { data } = useContact(contactId);
  const { inbox } = useLookups();
  if (data === undefined) return <Loading />;
  return (
    <ul className={styles.identities}>
      {data.identities.map((identity) => (
        <li key={identity.id}>
          <Icon name={identity.channel === 'web' ? 'globe' : identity.channel === 'api' ? 'code' : 'chat'} size={15} />
          <span className={styles.identityWords}>
            <bdi>{inbox(identity.inbox_id)?.name ?? identity.channel}</bdi>
            <bdi className={styles.externalId} title={identity.external_id}>
              {identity.external_id}
            </bdi>
          </span>
          <span title={t(`evidenceHint_${identity.evidence}`)}>
            <Badge tone={TONES[identity.evidence]}>{t(`evidence_${identity.evidence}`)}</Badge>
          </span>
        </li>
      ))}
    </ul>
  );
}
