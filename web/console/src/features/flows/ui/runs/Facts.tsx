import { useT } from '../../../../i18n';
import type { Json } from '../../model/document';
import { approvalMessages } from '../../messages/approvals';
import styles from './Facts.module.css';

/** What people are shown to decide on: fields by name where it is an object, as it is where not. */
export function Facts({ label, value }: { label?: string; value: Json }) {
  const t = useT(approvalMessages);
  if (value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) return <p className={styles.plain}>{print(value, t)}</p>;
  return (
    <dl className={styles.facts} aria-label={label}>
      {Object.entries(value).map(([name, one]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{print(one, t)}</dd>
        </div>
      ))}
    </dl>
  );
}

function print(value: Json, t: (key: 'yes' | 'no') => string): string {
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (value === null) return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
