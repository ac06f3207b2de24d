import { useEffect, useRef, useState, type FormEvent, type ReactNode, type RefObject } from 'react';
import { Dialog as Base } from '@base-ui/react/dialog';
import { useT } from '../i18n';
import { cx } from './cx';
import { Button, IconButton } from './Button';
import { ErrorNote } from './ErrorNote';
import { uiMessages } from './messages';
import styles from './Dialog.module.css';

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  /** `side` slides in from the right and holds long forms. */
  kind?: 'center' | 'wide' | 'side';
  /** Buttons at the bottom, stuck there while the body scrolls. */
  footer?: ReactNode;
  /** Gets the focus first; else the first control. */
  initialFocus?: RefObject<HTMLElement | null>;
  /** Makes the dialog a form. */
  onSubmit?: () => void;
  children: ReactNode;
}

/** Traps focus, closes on Escape, gives the focus back. A form is not closed by a stray press beside it. */
export function Dialog({ open, onClose, title, description, kind = 'center', footer, initialFocus, onSubmit, children }: DialogProps) {
  const t = useT(uiMessages);
  const popup = useRef<HTMLDivElement>(null);
  useFocusReturn();
  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    onSubmit?.();
  }
  const inside = (
    <>
      <div className={styles.body} data-dialog-body="">
        {children}
      </div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </>
  );
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()} disablePointerDismissal={onSubmit !== undefined}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup ref={popup} className={cx(styles.popup, styles[kind])} initialFocus={initialFocus ?? (() => firstControl(popup.current))}>
          <header className={styles.header}>
            <div className={styles.heading}>
              <Base.Title className={styles.title}>{title}</Base.Title>
              {description && <Base.Description className={styles.description}>{description}</Base.Description>}
            </div>
            <IconButton icon="close" label={t('close')} onClick={onClose} plain />
          </header>
          {onSubmit ? (
            <form className={styles.form} onSubmit={submit} noValidate>
              {inside}
            </form>
          ) : (
            inside
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The button that closes stands first, but what the dialog is about comes first. */
function firstControl(popup: HTMLElement | null): HTMLElement | true {
  return popup?.querySelector<HTMLElement>('[autofocus], [data-dialog-body] :is(input, textarea, select, button):not(:disabled)') ?? true;
}

/** Many dialogs are taken away whole when they close, before the focus could be given back to what opened them. */
function useFocusReturn() {
  const [opener] = useState(() => {
    const active = document.activeElement;
    const menu = active?.closest('[role="menu"]');
    return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : active;
  });
  useEffect(
    () => () =>
      void setTimeout(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && opener instanceof HTMLElement && opener.isConnected) opener.focus();
      }),
    [opener],
  );
}

export interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  text: ReactNode;
  /** The verb of the deed, never "OK". */
  action: string;
  danger?: boolean;
  onConfirm: () => Promise<unknown> | void;
}

/** Asks before something that cannot be taken back; stays open with the reason when the deed fails. */
export function ConfirmDialog({ open, onClose, title, text, action, danger = true, onConfirm }: ConfirmProps) {
  const t = useT(uiMessages);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  async function confirm() {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog
      open={open}
      onClose={() => {
        setError(null);
        onClose();
      }}
      title={title}
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>{t('cancel')}</Button>
          <Button variant={danger ? 'danger' : 'primary'} busy={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </>
      }
    >
      <div className={styles.text}>{text}</div>
      {error !== null && <ErrorNote error={error} />}
    </Dialog>
  );
}
