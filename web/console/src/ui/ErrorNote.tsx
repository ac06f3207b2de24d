import { useEffect, useRef, type ReactNode } from 'react';
import { ApiError } from '../api';
import { useT } from '../i18n';
import { Button } from './Button';
import { cx } from './cx';
import { Icon, type IconName } from './Icon';
import { uiMessages } from './messages';
import styles from './ErrorNote.module.css';

/** What went wrong, in the server's words, with the request number to quote. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useT(uiMessages);
  const known = error instanceof ApiError ? error : null;
  const text = known?.detail || (error instanceof Error && error.message) || t('somethingWrong');
  return (
    <div className={styles.note} role="alert">
      <Icon name="alert" size={18} className={styles.icon ?? ''} />
      <div className={styles.words}>
        <p>{text}</p>
        {known?.errors.map((problem) => (
          <p key={problem.field + problem.message} className={styles.detail}>
            {problem.field}: {problem.message}
          </p>
        ))}
        {known?.requestId && <p className={styles.detail}>{t('requestId', { id: known.requestId })}</p>}
      </div>
      {onRetry && (
        <Button size="sm" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}

export interface SaveErrorProps {
  error: unknown;
  /** Takes the newest version, giving up what was typed. */
  onReload: () => void;
  /** Keeps what was typed, to be saved over the newest version. */
  onKeep?: () => void;
}

/** Why a form could not be saved; when the write met a newer version (412), with the two ways out. */
export function SaveError({ error, onReload, onKeep }: SaveErrorProps) {
  const t = useT(uiMessages);
  const box = useRef<HTMLDivElement>(null);
  // The button that failed may stand far below.
  useEffect(() => {
    // Newer browsers answer with a promise, which is no clean-up.
    void box.current?.scrollIntoView?.({ block: 'nearest' });
  }, [error]);
  if (error === null || error === undefined) return null;
  if (!(error instanceof ApiError && error.isStale)) {
    return (
      <div ref={box} className={styles.saveError}>
        <ErrorNote error={error} />
      </div>
    );
  }
  return (
    <div ref={box} className={cx(styles.conflict, styles.saveError)} role="alert">
      <Icon name="history" size={18} className={styles.icon ?? ''} />
      <div className={styles.words}>
        <p className={styles.strong}>{t('conflict')}</p>
        <p>{t('conflictHint')}</p>
      </div>
      <div className={styles.choices}>
        {onKeep && (
          <Button size="sm" variant="ghost" onClick={onKeep}>
            {t('keepMine')}
          </Button>
        )}
        <Button size="sm" icon="refresh" onClick={onReload}>
          {t('reload')}
        </Button>
      </div>
    </div>
  );
}

/** The server's word on one field. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.errors.find((problem) => problem.field === field)?.message;
}

export interface EmptyStateProps {
  icon: IconName;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.emptyIcon}>
        <Icon name={icon} size={26} />
      </span>
      <p className={styles.emptyTitle}>{title}</p>
      {text && <div className={styles.emptyText}>{text}</div>}
      {action && <div className={styles.emptyAction}>{action}</div>}
    </div>
  );
}
