import { useEffect, useSyncExternalStore } from 'react';
import { useT } from '../i18n';
import { cx } from './cx';
import { IconButton } from './Button';
import { Icon } from './Icon';
import { uiMessages } from './messages';
import styles from './Toast.module.css';

interface ToastItem {
  id: number;
  tone: 'success' | 'error' | 'info';
  text: string;
}

const SHOWN_MS = 5000;
const SHOWN_MAX = 4;
let items: readonly ToastItem[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly ToastItem[]) {
  items = next;
  for (const listener of listeners) listener();
}

function show(tone: ToastItem['tone'], text: string) {
  lastId += 1;
  set([...items, { id: lastId, tone, text }].slice(-SHOWN_MAX));
}

/** Short news about what was just done; anything that must be read belongs beside its form. */
export const toast = {
  success: (text: string) => show('success', text),
  error: (text: string) => show('error', text),
  info: (text: string) => show('info', text),
};

function dismiss(id: number) {
  set(items.filter((item) => item.id !== id));
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toaster() {
  const t = useT(uiMessages);
  const shown = useSyncExternalStore(subscribe, () => items);
  return (
    <section className={styles.stack} aria-label={t('notifications')} aria-live="polite">
      {shown.map((item) => (
        <ToastCard key={item.id} item={item} />
      ))}
    </section>
  );
}

function ToastCard({ item }: { item: ToastItem }) {
  const t = useT(uiMessages);
  useEffect(() => {
    const timer = setTimeout(() => dismiss(item.id), item.tone === 'error' ? SHOWN_MS * 2 : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [item]);
  const icon = item.tone === 'success' ? 'check' : item.tone === 'error' ? 'alert' : 'info';
  return (
    <div className={cx(styles.toast, styles[item.tone])}>
      <Icon name={icon} size={17} />
      <span className={styles.text}>{item.text}</span>
      <IconButton icon="close" label={t('close')} size="sm" plain onClick={() => dismiss(item.id)} />
    </div>
  );
}
