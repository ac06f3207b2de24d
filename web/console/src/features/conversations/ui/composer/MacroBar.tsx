// What will happen once the words are sent. Loaded only where a canned response does more than speak.
import type { CannedResponseView } from '@qingniao/shared/api';
import { useAll } from '../../../../api';
import { useT } from '../../../../i18n';
import { Icon, IconButton } from '../../../../ui';
import { describe, stepMessages } from '../../../canned/steps';
import { useLookups } from '../lookups';
import styles from './Composer.module.css';

export default function MacroBar({ id, onCancel }: { id: string; onCancel(): void }) {
  const t = useT(stepMessages);
  const lookups = useLookups();
  const canned = useAll<CannedResponseView>('canned-responses').data?.find((one) => one.id === id);
  if (canned === undefined || canned.actions.length === 0) return null;
  return (
    <div className={styles.replyBar} role="status">
      <Icon name="bolt" size={15} />
      <span className={styles.replyName}>{t('then')}</span>
      <span className={styles.replyText}>{canned.actions.map((step) => describe(step, t, (team) => lookups.team(team)?.name ?? '')).join(t('comma'))}</span>
      <IconButton icon="close" size="sm" plain label={t('wordsOnly')} onClick={onCancel} />
    </div>
  );
}
