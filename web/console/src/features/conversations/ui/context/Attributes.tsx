import { useT } from '../../../../i18n';
import { Loading } from '../../../../ui';
import { useContact } from '../../api/queries';
import { messages } from '../../messages';
import styles from './Context.module.css';

export function Attributes({ contactId }: { contactId: string }) {
  const t = useT(messages);
  const { data } = useContact(contactId);
  if (data === undefined) return <Loading />;
  const entries = Object.entries(data.attributes);
  if (entries.length === 0) return <p className={styles.none}>{t('noAttributes')}</p>;
  return (
    <dl className={styles.facts}>
      {entries.map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt dir="auto">{name}</dt>
          <dd dir="auto">{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
