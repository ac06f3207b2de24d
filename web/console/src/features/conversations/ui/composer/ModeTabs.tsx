import { keysText } from '../../../../commands';
import { useT } from '../../../../i18n';
import { Icon, cx } from '../../../../ui';
import { messages } from '../../messages';
import type { Mode } from '../../model/drafts';
import styles from './Composer.module.css';

export interface ModeTabsProps {
  mode: Mode;
  canReply: boolean;
  hint: string | null;
  /** The mode not shown may hold a draft: a dot says so. */
  hasReply: boolean;
  hasNote: boolean;
  onChange(mode: Mode): void;
}

export function ModeTabs({ mode, canReply, hint, hasReply, hasNote, onChange }: ModeTabsProps) {
  const t = useT(messages);
  return (
    <div className={styles.modes}>
      <div role="group" aria-label={t('composer')} className={styles.modeGroup}>
        <button
          type="button"
          className={styles.mode}
          aria-pressed={mode === 'reply'}
          disabled={!canReply}
          title={`${t('modeReply')} ${keysText('write.reply')}`}
          onClick={() => onChange('reply')}
        >
          {t('modeReply')}
          {hasReply && mode !== 'reply' && <span className={styles.draftDot} />}
        </button>
        <button
          type="button"
          className={cx(styles.mode, styles.modeNote)}
          aria-pressed={mode === 'note'}
          title={`${t('modeNote')} ${keysText('write.note')}`}
          onClick={() => onChange('note')}
        >
          <Icon name="lock" size={13} />
          {t('modeNote')}
          {hasNote && mode !== 'note' && <span className={styles.draftDot} />}
        </button>
      </div>
      {hint !== null && <span className={styles.hint}>{hint}</span>}
    </div>
  );
}
