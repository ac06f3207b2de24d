import type { EntityView, NamedView } from '@qingniao/shared/api';
import { useAll } from '../../../api';
import { useFormat, useT } from '../../../i18n';
import { Badge, Section } from '../../../ui';
import { entityMessages } from '../entity-messages';
import styles from './Entities.module.css';

const KINDS = ['phone', 'email', 'order_id', 'money', 'quantity', 'time', 'place', 'plate', 'product'] as const;

/** As `nlu::entity::SURE_MIN`: flows take nothing that is less sure. */
const SURE_MIN = 0.7;

/** What a text names, with the value that flows get. */
export function FoundEntities({ entities }: { entities: readonly NamedView[] }) {
  const t = useT(entityMessages);
  const own = useAll<EntityView>('entities');
  const value = useValue();
  const label = (one: NamedView) => {
    const kind = KINDS.find((known) => known === one.name);
    return !one.own && kind ? t(`kind_${kind}`) : (own.data?.find((known) => known.name === one.name)?.label ?? one.name);
  };
  return (
    <Section title={t('found')}>
      {entities.length === 0 && <p className={styles.value}>{t('foundNone')}</p>}
      <ul className={styles.found}>
        {entities.map((one, index) => (
          <li key={index} className={styles.one}>
            <strong>{label(one)}</strong>
            <bdi>{one.text}</bdi>
            <span className={styles.value}>{value(one.value)}</span>
            {one.own && <Badge tone="info">{t('own')}</Badge>}
            {!one.own && one.confidence < SURE_MIN && <Badge tone="warning">{t('unsure')}</Badge>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A value in words: times by the clock of whoever looks. */
function useValue() {
  const { formatDateTime } = useFormat();
  const one = (value: unknown): string => {
    if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value)) return formatDateTime(Date.parse(value));
    if (Array.isArray(value)) return value.map(one).join(', ');
    if (value !== null && typeof value === 'object') return Object.values(value).map(one).filter(Boolean).join(' – ');
    return value === null || value === undefined ? '' : String(value);
  };
  return one;
}
