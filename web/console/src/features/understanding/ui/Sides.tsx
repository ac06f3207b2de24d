import type { SaidView } from '@qingniao/shared/api';
import { Link } from '../../../app/router';
import { useFormat, useT } from '../../../i18n';
import { rolloutMessages } from '../rollout-messages';
import styles from './Differences.module.css';

export interface Side {
  label: string;
  /** Beside the label, quietly. */
  note: string;
  said: SaidView;
}

/** What two versions make of one question, side by side. */
export function Sides({ sides }: { sides: readonly Side[] }) {
  const t = useT(rolloutMessages);
  const { formatPercent } = useFormat();
  return (
    <dl className={styles.sides}>
      {sides.map(({ label, note, said }) => (
        <div key={label} className={styles.side}>
          <dt>
            {label}
            {note && <span className={styles.quiet}> · {note}</span>}
          </dt>
          <dd className={styles.understood}>
            {said.intent_id === null ? <span className={styles.quiet}>{t('notSure')}</span> : <Link to={`/understanding/${said.intent_id}`}>{said.intent}</Link>}
            <span className={styles.number}>{formatPercent(said.probability)}</span>
            {said.person && <span className={styles.quiet}>{t('person')}</span>}
          </dd>
          <dd className={styles.answer}>{said.text || t('silent')}</dd>
        </div>
      ))}
    </dl>
  );
}
