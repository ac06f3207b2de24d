import type { ReactNode } from 'react';
import { useT } from '../../../i18n';
import { Count, Icon } from '../../../ui';
import { editorMessages } from '../messages/editor';
import styles from './Editor.module.css';

export interface CardHeadProps {
  title: string;
  badge?: ReactNode;
  faults: number;
  open: boolean;
  onOpen(open: boolean): void;
  /** Said while it is closed. */
  summary: string;
  children?: ReactNode;
}

/** The line of a rule, level or calendar that opens and closes it. */
export function CardHead({ title, badge, faults, open, onOpen, summary, children }: CardHeadProps) {
  const t = useT(editorMessages);
  return (
    <div className={styles.head}>
      <button type="button" className={styles.opener} aria-expanded={open} onClick={() => onOpen(!open)}>
        <Icon name={open ? 'chevronDown' : 'chevronRight'} size={16} label={t(open ? 'collapse' : 'expand')} />
        <span className={styles.words}>
          <span className={styles.title}>
            {title} {badge} {faults > 0 && <Count value={faults} tone="danger" />}
          </span>
          {!open && <span className={styles.summary}>{summary}</span>}
        </span>
      </button>
      <span className={styles.tools}>{children}</span>
    </div>
  );
}
