// Above the thread of a conversation that is a part of another one.
import { Link } from '../../app/router';
import { useT } from '../../i18n';
import { Icon } from '../../ui';
import styles from './Cases.module.css';
import { caseMessages } from './messages';

export default function PartNote({ whole }: { whole: string }) {
  const t = useT(caseMessages);
  return (
    <p className={styles.part} role="status">
      <Icon name="merge" size={16} />
      <span>{t('partNote')}</span>
      <Link to={`/conversations/${whole}`}>{t('openWhole')}</Link>
    </p>
  );
}
