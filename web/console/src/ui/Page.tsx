import type { ReactNode } from 'react';
import { Link } from '../app/router';
import { useT } from '../i18n';
import { Button } from './Button';
import { cx } from './cx';
import { Icon } from './Icon';
import { uiMessages } from './messages';
import styles from './Page.module.css';

export interface PageProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  back?: { to: string; label: string };
  /** `narrow` for forms, `wide` for tables; `full` uses all there is. */
  width?: 'narrow' | 'wide' | 'full';
  children: ReactNode;
}

export function Page({ title, description, actions, back, width = 'wide', children }: PageProps) {
  return (
    <div className={styles.page}>
      <div className={cx(styles.inner, styles[width])}>
        {back && (
          <Link to={back.to} className={styles.back}>
            <Icon name="chevronLeft" size={15} />
            {back.label}
          </Link>
        )}
        <header className={styles.header}>
          <div className={styles.heading}>
            <h1 className={styles.title}>{title}</h1>
            {description && <p className={styles.description}>{description}</p>}
          </div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}

/** A titled card of a form or a detail page. */
export function Section({ title, description, actions, children }: { title: string; description?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <header className={styles.sectionHeader}>
        <div>
          <h2 className={styles.sectionTitle}>{title}</h2>
          {description && <p className={styles.sectionText}>{description}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      <div className={styles.sectionBody}>{children}</div>
    </section>
  );
}

/** Side by side where there is room. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={styles.columns}>{children}</div>;
}

/** Search and filters above a list. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className={styles.toolbar}>{children}</div>;
}

export interface SaveBarProps {
  dirty: boolean;
  busy: boolean;
  onSave: () => void;
  onDiscard: () => void;
}

/** Sticks to the bottom of a form while there is something to save. */
export function SaveBar({ dirty, busy, onSave, onDiscard }: SaveBarProps) {
  const t = useT(uiMessages);
  if (!dirty) return null;
  return (
    <div className={styles.saveBar} role="region" aria-label={t('unsaved')}>
      <span className={styles.saveText}>{t('unsaved')}</span>
      <Button variant="ghost" onClick={onDiscard}>
        {t('discard')}
      </Button>
      <Button variant="primary" busy={busy} onClick={onSave}>
        {t('save')}
      </Button>
    </div>
  );
}

export function LoadMore({ hasMore, busy, onClick }: { hasMore: boolean; busy: boolean; onClick: () => void }) {
  const t = useT(uiMessages);
  if (!hasMore) return null;
  return (
    <div className={styles.more}>
      <Button busy={busy} onClick={onClick}>
        {t('loadMore')}
      </Button>
    </div>
  );
}
